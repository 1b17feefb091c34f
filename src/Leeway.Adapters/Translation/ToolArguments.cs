using System.Text;
using System.Text.Json;
using Leeway.Adapters.Wire;

namespace Leeway.Adapters.Translation;

/// <summary>Arguments of a tool call, which OpenAI writes as JSON inside a string and Anthropic as an object.</summary>
internal static class ToolArguments
{
    /// <summary>The object's JSON. Nothing at all means no arguments.</summary>
    public static bool TryRead(string text, out byte[] json)
    {
        json = "{}"u8.ToArray();
        if (string.IsNullOrWhiteSpace(text))
        {
            return true;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text);
        try
        {
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = JsonText.MaxDepth });
            bool isObject = reader.Read() && reader.TokenType == JsonTokenType.StartObject;
            while (reader.Read())
            {
            }

            if (isObject)
            {
                json = bytes;
            }

            return isObject;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
