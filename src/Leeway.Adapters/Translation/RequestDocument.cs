using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Leeway.Adapters.Translation;

/// <summary>A request to be translated, and the words for what of it cannot be: each refusal names the member, its place and the remedy.</summary>
internal sealed class RequestDocument : IDisposable
{
    private readonly JsonDocument _document;
    private readonly byte[] _body;
    private readonly string _target;

    private RequestDocument(JsonDocument document, byte[] body, string target)
    {
        _document = document;
        _body = body;
        _target = target;
    }

    public JsonElement Root => _document.RootElement;

    /// <summary>Reads a body that was scanned before. <paramref name="target"/> is where it is to be carried, for people.</summary>
    public static RequestDocument Parse(ReadOnlySpan<byte> body, string target)
    {
        byte[] copy = body.ToArray();
        return new RequestDocument(JsonDocument.Parse(copy, new JsonDocumentOptions { MaxDepth = JsonTextDepth }), copy, target);
    }

    /// <summary>The members of an object, each of which has to be taken.</summary>
    public Fields Open(JsonElement element, string path) => new(this, Require(element, JsonValueKind.Object, path), path);

    /// <summary>A member for which the provider's dialect has no word.</summary>
    public UncarriedException NoWord(JsonElement at, string path, string remedy = "Leave it out, or ask for a model whose provider has it.") =>
        Refuse(at, path, $"'{path}' cannot be carried to {_target}.", remedy);

    /// <summary>A value for which the provider's dialect has no word, or which is none.</summary>
    public UncarriedException NoValue(JsonElement at, string path, string expected) =>
        Refuse(at, path, $"This value of '{path}' cannot be carried to {_target}: {expected}.", "Change or leave it out, or ask for a model whose provider takes it.");

    /// <summary>The element, if it is of the kind that both dialects want there.</summary>
    public JsonElement Require(JsonElement element, JsonValueKind kind, string path) => element.ValueKind == kind
        ? element
        : throw Refuse(element, path, $"'{path}' must be {Describe(kind)}.", "Correct it.");

    /// <summary>The text of a string that is compared, not carried on.</summary>
    public string Text(JsonElement element, string path)
    {
        try
        {
            return Require(element, JsonValueKind.String, path).GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Refuse(element, path, $"'{path}' holds half of a surrogate pair, which is not text.", "Correct it.");
        }
    }

    public bool Flag(JsonElement element, string path) => element.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? element.GetBoolean()
        : throw Refuse(element, path, $"'{path}' must be true or false.", "Correct it.");

    public double Number(JsonElement element, string path) =>
        Require(element, JsonValueKind.Number, path).TryGetDouble(out double value) ? value : throw NoValue(element, path, "it is no number that both know");

    /// <summary>An array's elements, each with its path.</summary>
    public IEnumerable<(JsonElement Element, string Path)> Items(JsonElement array, string path)
    {
        int index = 0;
        foreach (JsonElement element in Require(array, JsonValueKind.Array, path).EnumerateArray())
        {
            yield return (element, $"{path}[{index++}]");
        }
    }

    public void Dispose() => _document.Dispose();

    public UncarriedException Refuse(JsonElement at, string path, string message, string remedy)
    {
        // Elements are slices of the body's copy.
        int offset = ((ReadOnlySpan<byte>)_body).Overlaps(JsonMarshal.GetRawUtf8Value(at), out int found) ? found : 0;
        ReadOnlySpan<byte> before = _body.AsSpan(0, offset);
        int lineStart = before.LastIndexOf((byte)'\n') + 1;
        return new UncarriedException(new FieldProblem(path, message, remedy, before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[lineStart..]) + 1));
    }

    private const int JsonTextDepth = Wire.JsonText.MaxDepth;

    private static string Describe(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        _ => "of another type",
    };
}
