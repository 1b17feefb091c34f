using System.Text.Json;
using System.Text.RegularExpressions;
using Leeway.Gateway.Tests.Batches;
using Leeway.Gateway.Tests.Files;
using Leeway.Gateway.Tests.Sdk;
using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Vendors.Traps;

/// <summary>What carries an id through each vendor's batch, and which characters it may have.</summary>
public sealed partial class IdTraps
{
    // None of them would pass everywhere, and some would break a line, a path or a label.
    private static readonly string[] s_hostile =
    [
        "zeile-ä-🚂", "a \"quoted\" id", "back\\slash", "tab\tand\nline", "../../v1/files", "req_01957000000070008000000000000001", "null", " spaced ", "{\"key\":1}", "<b>&amp;</b>",
        "percent%2Fescaped", "0", "\u202Ereversed", new string('x', 200),
    ];

    [Theory, MemberData(nameof(TrapVendors.Batching), MemberType = typeof(TrapVendors)), Trait("Trap", "2"), Trait("Trap", "3")]
    public async Task Traps_02_and_03_ids_of_any_characters_come_back_and_only_our_own_short_ones_go_up(string kind)
    {
        await using TrapBench bench = await TrapBench.StartAsync(kind);
        string[] ids = [.. s_hostile, .. Enumerable.Range(0, bench.Enough(s_hostile.Length) - s_hostile.Length).Select(i => $"plain {i}")];
        JsonElement created = await bench.Gateway.AddBatchAsync(string.Join('\n', ids.Select((id, i) => BatchClient.Line(id, $"prompt {i}", "model"))));

        JsonElement batch = default;
        await Prompts.EventuallyAsync(
            async () =>
            {
                await bench.SealAsync();
                batch = await bench.Gateway.GetAsync($"/v1/batches/{created.GetProperty("id").GetString()}");
                return batch.GetProperty("status").GetString() == "completed";
            },
            "the client's batch is completed");

        Dictionary<string, JsonElement> rows = await bench.Gateway.RowsAsync(batch, "output_file_id");
        Assert.Equal(ids.Order(StringComparer.Ordinal), rows.Keys.Order(StringComparer.Ordinal));
        Assert.All(ids.Index(), one => BatchClient.AssertAnswers(rows[one.Item], $"prompt {one.Index}"));
        string[] upstream = [.. (await bench.BillAsync()).CustomIds.Keys];
        Assert.Equal(ids.Length, upstream.Length);
        Assert.All(upstream, id => Assert.Matches(OwnId(), id));
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,40}$")]
    private static partial Regex OwnId();
}
