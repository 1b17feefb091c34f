using System.Text.Json;
using Leeway.Cli.Api;
using Leeway.Cli.Commands;

namespace Leeway.Cli.Advise;

/// <summary>A gateway's ledger as a trace: one line per entry, without the second bills of rescued requests.</summary>
internal static class LedgerDownload
{
    /// <summary>Writes the entries to <paramref name="target"/>.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="CliFailure">Nothing answers, or the gateway refuses.</exception>
    public static async Task<long> WriteAsync(GatewayClient admin, string? since, string target, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Query.Path("admin/entries.jsonl", ("since", since)), UriKind.Relative));
        using HttpResponseMessage answer = await admin.SendAsync(request, cancellationToken);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
        await using var writer = new StreamWriter(target);
        long count = 0;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            using JsonDocument entry = JsonDocument.Parse(line);
            if (entry.RootElement.TryGetProperty("duplicate", out JsonElement duplicate) && duplicate.ValueKind == JsonValueKind.True)
            {
                continue;
            }

            await writer.WriteLineAsync(line);
            count++;
        }

        return count;
    }
}
