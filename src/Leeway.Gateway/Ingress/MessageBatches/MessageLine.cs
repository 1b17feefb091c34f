using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Leeway.Files;
using Leeway.Gateway.Problems;

namespace Leeway.Gateway.Ingress.MessageBatches;

/// <summary>One request of a message batch, <c>{"custom_id","params"}</c>: an element of the body that creates the batch, and a line of the file it is kept in.</summary>
internal static class MessageLine
{
    private const int MaxCustomId = 64;

    private static readonly SearchValues<char> s_idLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    /// <summary>Reads a line.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, out string customId, out ByteRange parameters, out LineProblem? problem)
    {
        customId = "";
        parameters = default;
        if (!Utf8.IsValid(line))
        {
            problem = Bad(LineProblemCodes.InvalidEncoding, null, "It is not UTF-8.", "Send UTF-8.");
            return false;
        }

        try
        {
            problem = Read(line, ref customId, ref parameters);
        }
        catch (JsonException exception)
        {
            problem = Bad(LineProblemCodes.InvalidJson, null, $"It is not JSON (byte {exception.BytePositionInLine + 1}).", "Correct it.");
        }
        catch (InvalidOperationException)
        {
            problem = Bad(LineProblemCodes.InvalidEncoding, null, "A string holds half of a surrogate pair.", "Send whole characters.");
        }

        return problem is null;
    }

    private static LineProblem? Read(ReadOnlySpan<byte> line, ref string customId, ref ByteRange parameters)
    {
        string? id = null;
        bool hasParameters = false;

        // How deep params may be nested is its scan's business.
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Bad(LineProblemCodes.NotAnObject, null, "It must be an object.", "Send custom_id and params.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            switch (name)
            {
                case "custom_id" when id is not null:
                case "params" when hasParameters:
                    return Bad(LineProblemCodes.DuplicateMember, name, $"The member '{name}' occurs more than once.", "Leave one of them.");
                case "custom_id":
                    id = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
                    reader.Skip();
                    break;
                case "params":
                    if (reader.TokenType != JsonTokenType.StartObject)
                    {
                        return Bad(LineProblemCodes.InvalidValue, "params", "params must be an object.", "Put the body of a Messages request there.");
                    }

                    int start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    parameters = new ByteRange(start, (int)reader.BytesConsumed - start);
                    hasParameters = true;
                    break;
                default:
                    return Bad(LineProblemCodes.InvalidValue, Short.Of(name), $"{Short.Of(name)}: extra inputs are not permitted.", "Send custom_id and params only.");
            }
        }

        reader.Read();
        if (id is null || id.Length is 0 or > MaxCustomId || id.AsSpan().ContainsAnyExcept(s_idLetters))
        {
            return Bad(
                id is null ? LineProblemCodes.Missing : LineProblemCodes.InvalidValue, "custom_id",
                $"custom_id must be a string of 1 to {MaxCustomId} letters, digits, '-' and '_'{(id is null ? "" : $", not '{Short.Of(id)}'")}.", "Results are found by it.");
        }

        customId = id;
        return hasParameters ? null : Bad(LineProblemCodes.Missing, "params", "params: this member is required.", "Put the body of a Messages request there.");
    }

    private static LineProblem Bad(string code, string? param, string message, string remedy) => new(null, null, null, code, param, message, remedy);
}
