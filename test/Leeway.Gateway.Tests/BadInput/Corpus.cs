using System.Text.Json;

namespace Leeway.Gateway.Tests.BadInput;

/// <summary>Public collections of nasty input, read from beside the repository; a test that needs a missing one says that it skips.</summary>
internal static class Corpus
{
    /// <summary>The files of JSONTestSuite that begin with <paramref name="verdict"/>: y_ valid, n_ invalid, i_ left open.</summary>
    public static string[] JsonSuite(string verdict) => Directory.GetFiles(Find("json-test-suite", "test_parsing"), $"{verdict}*.json");

    /// <summary>The Big List of Naughty Strings, without the empty ones.</summary>
    public static string[] NaughtyStrings()
    {
        string[] strings = JsonSerializer.Deserialize<string[]>(File.ReadAllText(Path.Combine(Find("blns"), "blns.json")))!;
        Assert.True(strings.Length > 400);
        return [.. strings.Where(text => text.Length > 0)];
    }

    /// <summary>A folder under ../shared/data, seen from the repository.</summary>
    public static string Find(params string[] path)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine([folder.FullName, "..", "shared", "data", .. path]);
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        Assert.Skip($"The collection {path[0]} is not in ../shared/data.");
        return "";
    }
}
