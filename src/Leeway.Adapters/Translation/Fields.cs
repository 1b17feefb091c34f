using System.Text.Json;

namespace Leeway.Adapters.Translation;

/// <summary>The members of one object of a request. Whoever translates it takes each member it carries; what is left in the end is refused by name.</summary>
internal sealed class Fields
{
    private readonly RequestDocument _document;
    private readonly string _path;
    private readonly Dictionary<string, JsonElement> _left = new(StringComparer.Ordinal);

    public Fields(RequestDocument document, JsonElement element, string path)
    {
        _document = document;
        _path = path;
        Element = element;
        foreach (JsonProperty member in element.EnumerateObject())
        {
            string name;
            try
            {
                name = member.Name;
            }
            catch (InvalidOperationException)
            {
                throw document.Refuse(member.Value, path, "A member's name holds half of a surrogate pair, which is not text.", "Correct it.");
            }

            if (!_left.TryAdd(name, member.Value))
            {
                throw document.Refuse(member.Value, PathOf(name), $"The member '{PathOf(name)}' occurs more than once.", "Leave one.");
            }
        }
    }

    public JsonElement Element { get; }

    public string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    /// <summary>A member's value; null when it is missing or null, which mean the same in both dialects.</summary>
    public JsonElement? Take(string name) =>
        _left.Remove(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A member that must be there.</summary>
    public JsonElement Need(string name) =>
        Take(name) ?? throw _document.Refuse(Element, PathOf(name), $"The member '{PathOf(name)}' is missing.", "Add it.");

    /// <summary>A member's text; null when missing.</summary>
    public string? Text(string name) => Take(name) is { } value ? _document.Text(value, PathOf(name)) : null;

    public bool? Flag(string name) => Take(name) is { } value ? _document.Flag(value, PathOf(name)) : null;

    /// <summary>Members that change nothing for the provider: what they are for is done here.</summary>
    public void Leave(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            _left.Remove(name);
        }
    }

    /// <summary>A member that both dialects allow only where it says what is so anyway.</summary>
    public void LeaveIf(string name, Func<JsonElement, bool> saysNothing)
    {
        if (Take(name) is { } value && !saysNothing(value))
        {
            throw _document.NoWord(value, PathOf(name));
        }
    }

    /// <summary>Refuses the first member that nobody took.</summary>
    public void Close()
    {
        foreach (JsonProperty member in Element.EnumerateObject())
        {
            if (_left.TryGetValue(member.Name, out JsonElement value) && value.ValueKind != JsonValueKind.Null)
            {
                throw _document.NoWord(value, PathOf(member.Name));
            }
        }
    }
}
