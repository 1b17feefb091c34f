using System.Text;

namespace Leeway.Gateway.Configuration.Reading;

/// <summary>The written form of a place in the tree: <c>models."gpt-4.1".deployments[0].model</c>. Keys with other than letters, digits, <c>_</c>, <c>-</c>, <c>/</c>, <c>:</c>, <c>@</c> are quoted.</summary>
internal static class ConfigPath
{
    public static string Child(string path, string key)
    {
        bool plain = key.Length > 0 && key.All(c => char.IsLetterOrDigit(c) || "_-/:@".Contains(c, StringComparison.Ordinal));
        string written = plain ? key : $"\"{Visible(key).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        return path.Length == 0 ? written : $"{path}.{written}";
    }

    public static string Item(string path, int index) => $"{path}[{index}]";

    /// <summary>Null when the text is not a path.</summary>
    public static IReadOnlyList<string>? Split(string path)
    {
        List<string> segments = [];
        int at = 0;
        while (at < path.Length)
        {
            if (path[at] == '[')
            {
                int close = path.IndexOf(']', at);
                if (close < 0)
                {
                    return null;
                }

                segments.Add(path[(at + 1)..close]);
                at = close + 1;
            }
            else if (path[at] == '"')
            {
                int close = path.IndexOf('"', at + 1);
                if (close < 0)
                {
                    return null;
                }

                segments.Add(path[(at + 1)..close]);
                at = close + 1;
            }
            else
            {
                int end = path.IndexOfAny(['.', '['], at);
                end = end < 0 ? path.Length : end;
                segments.Add(path[at..end]);
                at = end;
            }

            if (at < path.Length && path[at] == '.')
            {
                at++;
                if (at == path.Length)
                {
                    return null;
                }
            }
        }

        return segments.Count == 0 || segments.Contains("") ? null : segments;
    }

    /// <summary>Control characters shown as <c>?</c> and long text cut, so that a message cannot write to the terminal.</summary>
    public static string Visible(string text)
    {
        StringBuilder visible = new();
        foreach (char c in text.Length > 80 ? text[..80] + "…" : text)
        {
            visible.Append(char.IsControl(c) ? '?' : c);
        }

        return visible.ToString();
    }
}
