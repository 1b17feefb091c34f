using System.Text.Json;
using Leeway.Gateway.Ingress.Inference;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.Runs;

/// <summary>A line in OpenAI's batch form: <c>{"custom_id","method","url","body"}</c>.</summary>
internal readonly record struct RunLine(string? CustomId, string Endpoint, ByteRange Body)
{
    private const int MaxCustomId = 512;

    public static bool TryRead(byte[] line, out RunLine read, out Problem? problem)
    {
        string? customId = null;
        string? method = null;
        string? url = null;
        ByteRange body = default;
        string? twice = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            // How deep the body may be nested is its scan's business.
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = int.MaxValue });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                read = default;
                problem = LineProblems.Bad(null, "The line must be a JSON object.");
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                twice ??= seen.Add(name) ? null : Short.Of(name);
                reader.Read();
                switch (name)
                {
                    case "custom_id" when reader.TokenType == JsonTokenType.String:
                        customId = reader.GetString();
                        break;
                    case "method" when reader.TokenType == JsonTokenType.String:
                        method = reader.GetString();
                        break;
                    case "url" when reader.TokenType == JsonTokenType.String:
                        url = reader.GetString();
                        break;
                    case "body":
                        int start = (int)reader.TokenStartIndex;
                        reader.Skip();
                        body = new ByteRange(start, (int)reader.BytesConsumed - start);
                        break;
                    default:
                        reader.Skip();
                        break;
                }
            }

            // Anything after the object is not a line.
            reader.Read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            read = new RunLine(customId, "", default);
            long column = exception is JsonException { BytePositionInLine: { } position } ? position + 1 : 1;
            problem = LineProblems.Bad(null, $"The line is not JSON (column {column}).");
            return false;
        }

        string? endpoint = url is null ? null : InferencePath.Known(url);
        read = new RunLine(customId, endpoint ?? "", body);
        problem = twice is not null ? LineProblems.Twice(twice)
            : string.IsNullOrEmpty(customId) || customId.Length > MaxCustomId
                ? LineProblems.Bad("custom_id", $"custom_id must be a string of 1 to {MaxCustomId} characters{Got(customId)}.", Shown(customId))
            : method != "POST" ? LineProblems.Bad("method", $"method must be \"POST\"{Got(method)}.", Shown(method))
            : endpoint is null ? LineProblems.Bad("url", $"url must be one of {string.Join(", ", InferencePath.All)}{Got(url)}.", Shown(url))
            : body.Length == 0 ? LineProblems.Bad("body", "body is missing.")
            : null;
        return problem is null;
    }

    private static string Got(string? value) => value is null ? ", and there is none" : $", not '{Short.Of(value)}'";

    private static string? Shown(string? value) => value is null ? null : Short.Of(value);
}
