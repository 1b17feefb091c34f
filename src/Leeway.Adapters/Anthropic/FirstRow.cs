using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Anthropic;

/// <summary>Looks at the first row of a results file and no further.</summary>
internal static class FirstRow
{
    /// <summary>The row's correlation id; null when there is no row, none that can be read, or none within <paramref name="most"/> bytes.</summary>
    public static async Task<string?> ReadIdAsync(Stream results, int most, CancellationToken cancellationToken)
    {
        var row = new MemoryStream();
        byte[] block = new byte[16 * 1024];
        int read;
        while (row.Length < most && (read = await results.ReadAsync(block, cancellationToken)) > 0)
        {
            int feed = block.AsSpan(0, read).IndexOf((byte)'\n');
            row.Write(block, 0, feed < 0 ? read : feed);
            if (feed >= 0)
            {
                break;
            }
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(row.GetBuffer().AsMemory(0, (int)row.Length), new JsonDocumentOptions { MaxDepth = JsonText.MaxDepth });
            return document.RootElement.Word("custom_id");
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
