using System.Text.Json;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Bedrock;

/// <summary>The forms a vector of Titan or Cohere can take, by their names.</summary>
internal static class EmbeddingTypes
{
    /// <summary>The forms a body asks for, none twice; empty where it says nothing, null where it names another than those.</summary>
    public static IReadOnlyList<string>? Read(JsonElement body, string member, string[] known)
    {
        if (!body.Has(member, out var asked))
        {
            return [];
        }

        if (asked.ValueKind != JsonValueKind.Array || asked.GetArrayLength() == 0)
        {
            return null;
        }

        string[] types = [.. asked.EnumerateArray().Select(one => one.ValueKind == JsonValueKind.String ? one.GetString()! : "").Distinct()];
        return types.All(known.Contains) ? types : null;
    }

    /// <summary>Titan's <c>binary</c> is a bit an element, told as 0 or 1; Cohere's small forms are assumed to be the sign or the value in 8 bits.</summary>
    public static void Write(Utf8JsonWriter json, string type, float[] vector)
    {
        json.WriteStartArray();
        foreach (var value in vector)
        {
            switch (type)
            {
                case "float":
                    json.WriteNumberValue(value);
                    break;
                case "int8":
                    json.WriteNumberValue((int)Math.Round(value * 127));
                    break;
                case "uint8":
                    json.WriteNumberValue((int)Math.Round((value + 1) * 127.5f));
                    break;
                default:
                    json.WriteNumberValue(value >= 0 ? 1 : 0);
                    break;
            }
        }

        json.WriteEndArray();
    }
}
