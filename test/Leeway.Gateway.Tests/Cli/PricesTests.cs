using System.Text.Json;
using Leeway.Cli;
using Leeway.Gateway.Tests.BadInput;

namespace Leeway.Gateway.Tests.Cli;

public sealed class PricesTests : IAsyncDisposable
{
    private const string Lists = """
        {"sample_spec":{"mode":"one of …"},
         "new-model":{"litellm_provider":"openai","mode":"chat","input_cost_per_token":1.5e-07,"output_cost_per_token":6e-07},
         "gpt-4o":{"litellm_provider":"openai","mode":"chat","input_cost_per_token":3e-06,"output_cost_per_token":1e-05,"input_cost_per_token_batches":1e-06,"output_cost_per_token_batches":5e-06},
         "gpt-4.1":{"litellm_provider":"openai","mode":"chat","input_cost_per_token":1e-06,"output_cost_per_token":8e-06},
         "dall-e":{"mode":"image_generation","input_cost_per_pixel":1e-08}}
        """;

    private readonly CliBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task An_import_counts_what_it_takes_and_refuses_and_the_catalogue_has_it()
    {
        CliEnd import = await _bench.RunAsync("prices", "import", _bench.Write("list.json", Lists));

        Assert.Equal(ExitCode.Ok, import.Exit);
        Assert.Contains("list.json: 5 rows, 3 prices (1 new, 2 changed, 0 as they are), 2 refused: not_a_model 1, no_price 1.", import.Error, StringComparison.Ordinal);
        Assert.Contains("Batch prices: 1 listed, 1 by the vendor's rule, 1 unknown.", import.Error, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^dall-e +no_price +has no price per token; it is priced by input_cost_per_pixel", import.Out);
        Assert.True(_bench.Exists("leeway-data/prices.json"));
        Assert.Contains("in force now (prices.json:gpt-4o@", (await _bench.RunAsync("prices", "show", "gpt-4o")).Error, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^input +3 +1 ", (await _bench.RunAsync("prices", "show", "gpt-4o")).Out);
        Assert.Matches(@"(?m)^new-model +0\.15 +– +0\.6 +– +– ", (await _bench.RunAsync("prices", "list", "new-m")).Out);
    }

    [Fact]
    public async Task A_dry_run_and_a_diff_write_nothing()
    {
        string list = _bench.Write("list.json", Lists);
        CliEnd dry = await _bench.RunAsync("prices", "import", list, "--dry-run");
        CliEnd diff = await _bench.RunAsync("prices", "diff", list);

        Assert.Equal((ExitCode.Ok, ExitCode.Ok), (dry.Exit, diff.Exit));
        Assert.Contains("Nothing was written", dry.Error, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^gpt-4o +real_time\.input +2\.5 +3 *$", diff.Out);
        Assert.Matches(@"(?m)^gpt-4o +batch\.input +1\.25 +1 *$", diff.Out);
        Assert.False(_bench.Exists("leeway-data/prices.json"));
    }

    [Fact]
    public async Task A_second_import_leaves_the_first_ones_entries()
    {
        string list = _bench.Write("list.json", Lists);
        await _bench.RunAsync("prices", "import", list, "--from", "2026-10-01");
        CliEnd again = await _bench.RunAsync("prices", "import", list, "--from", "2026-10-15");
        await _bench.RunAsync("prices", "import", _bench.Write("later.json", Lists.Replace("1.5e-07", "2e-07", StringComparison.Ordinal)), "--from", "2026-11-01");
        CliEnd shown = await _bench.RunAsync("prices", "show", "new-model", "--json");

        Assert.Contains("(0 new, 0 changed, 3 as they are)", again.Error, StringComparison.Ordinal);
        using JsonDocument prices = JsonDocument.Parse(shown.Out);
        Assert.Equal(
            [("2026-10-01", 0.15m), ("2026-11-01", 0.2m)],
            prices.RootElement.GetProperty("data").EnumerateArray().Select(price => (price.GetProperty("effective_from").GetString()!, price.GetProperty("real_time").GetProperty("input").GetDecimal())));
    }

    [Fact]
    public async Task An_import_as_JSON_has_every_count_and_change()
    {
        CliEnd end = await _bench.RunAsync("prices", "import", _bench.Write("list.json", Lists), "--json");

        using JsonDocument report = JsonDocument.Parse(end.Out);
        JsonElement root = report.RootElement;
        Assert.Equal((true, 5, 3, 1, 2), (root.GetProperty("written").GetBoolean(), root.GetProperty("rows").GetInt32(), root.GetProperty("imported").GetInt32(), root.GetProperty("added").GetInt32(), root.GetProperty("changed").GetInt32()));
        Assert.Equal((1, 1, 1), (root.GetProperty("batch").GetProperty("listed").GetInt32(), root.GetProperty("batch").GetProperty("by_rule").GetInt32(), root.GetProperty("batch").GetProperty("unknown").GetInt32()));
        Assert.Equal(["not_a_model", "no_price"], root.GetProperty("refused").EnumerateArray().Select(row => row.GetProperty("code").GetString()));
        Assert.Equal(3, root.GetProperty("changes").GetArrayLength());
    }

    [Theory]
    [InlineData("prices show mystery", ExitCode.NotFound, "leeway prices import FILE")]
    [InlineData("prices show gpt-4p", ExitCode.NotFound, "Did you mean 'gpt-4o'")]
    [InlineData("prices import absent.json", ExitCode.NotFound, "absent.json")]
    [InlineData("prices import broken.json", ExitCode.Failed, "broken.json: is not valid JSON")]
    [InlineData("prices import list.json --from yesterday", ExitCode.Usage, "--from: 'yesterday' is no date")]
    public async Task What_cannot_be_done_is_said_with_what_to_do(string command, int exit, string told)
    {
        _bench.Write("broken.json", "{");
        _bench.Write("list.json", Lists);
        CliEnd end = await _bench.RunAsync(command.Split(' '));

        Assert.Equal(exit, end.Exit);
        Assert.Contains(told, end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_catalogue_file_that_is_none_stops_a_start_with_its_name()
    {
        _bench.Write("prices.json", "{\"prices\":[{}]}");
        _bench.Write("leeway.yaml", "version: 1\nserver: { listen: \"127.0.0.1:0\", admin_listen: \"127.0.0.1:0\" }\nprices: { file: prices.json }\n");
        CliEnd end = await _bench.RunAsync("serve");

        Assert.Equal(ExitCode.ConfigInvalid, end.Exit);
        Assert.Contains("prices.json: 'prices[0].model' must name the model.", end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_public_list_of_1701_models_is_imported()
    {
        string list = Path.Combine(Corpus.Find("model-prices"), "tokencost-model_prices.json");
        CliEnd end = await _bench.RunAsync("prices", "import", list, "--json");

        Assert.Equal(ExitCode.Ok, end.Exit);
        using JsonDocument report = JsonDocument.Parse(end.Out);
        JsonElement root = report.RootElement;
        Assert.Equal((1701, 1461, 240), (root.GetProperty("rows").GetInt32(), root.GetProperty("imported").GetInt32(), root.GetProperty("refused").GetArrayLength()));
        Assert.Equal(85, root.GetProperty("batch").GetProperty("listed").GetInt32());
        Assert.All(root.GetProperty("refused").EnumerateArray(), row => Assert.Contains(row.GetProperty("code").GetString(), new[] { "no_price", "incomplete" }));
        Assert.Equal(ExitCode.Ok, (await _bench.RunAsync("prices", "show", "together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo")).Exit);
    }
}
