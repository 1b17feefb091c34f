using System.Text;
using Leeway.Gateway.Configuration.Binding;

namespace Leeway.Gateway.Configuration.Reading;

/// <summary>Finds and reads the main file and its drop-ins.</summary>
internal sealed class SourceFiles(ConfigSources sources, List<ConfigProblem> problems)
{
    private const string DropInFolder = "leeway.d";
    private const int MaxBytes = 1_000_000;
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The main file as it was named; null when there is none.</summary>
    public string? MainFile { get; private set; }

    /// <summary>Everything looked at → the hash of what was found.</summary>
    public Dictionary<string, string> Fingerprint { get; } = [];

    /// <summary>All files merged, later ones over earlier ones.</summary>
    public MapNode Read()
    {
        string? named = sources.File ?? sources.Environment.GetValueOrDefault(ConfigSources.FileVariable);
        named = string.IsNullOrEmpty(named) ? null : named;
        string name = named ?? ConfigSources.DefaultFile;
        string path = FullPath(name);
        MapNode root = new(Mark.Default, []);
        if (named is not null || File.Exists(path))
        {
            MainFile = name;
            root = Merge(root, path, name);
        }
        else
        {
            Fingerprint[path] = Fingerprints.Absent;
        }

        string folder = Path.Combine(Path.GetDirectoryName(path)!, DropInFolder);
        IReadOnlyList<string> dropIns = Fingerprints.DropIns(folder);
        Fingerprint[Fingerprints.FolderKey(folder)] = Fingerprints.OfNames(dropIns);
        foreach (string dropIn in dropIns)
        {
            string shown = Path.Combine(Path.GetDirectoryName(name) ?? "", DropInFolder, Path.GetFileName(dropIn));
            root = Merge(root, dropIn, shown);
        }

        return root;
    }

    public string FullPath(string name) => Path.GetFullPath(Path.Combine(sources.Folder, name));

    private MapNode Merge(MapNode root, string path, string name)
    {
        if (ReadText(path, name) is not { } text)
        {
            return root;
        }

        string folder = Path.GetDirectoryName(path)!;
        switch (YamlReader.Read(text, name, folder, problems))
        {
            case MapNode map:
                return root.Merge(map) with { Mark = map.Mark };
            case null or ScalarNode { IsNull: true }:
                return root;
            case { } other:
                problems.Add(other.Mark.Error("", $"must be a map of settings, got {other.Describe}", "begin with version: 1"));
                return root;
        }
    }

    private string? ReadText(string path, string name)
    {
        Mark mark = new(name, 0, 0, sources.Folder);
        try
        {
            byte[] bytes = ReadBounded(path);
            Fingerprint[path] = Fingerprints.Of(bytes);
            if (bytes.Length > MaxBytes)
            {
                problems.Add(mark.Error("", $"larger than {MaxBytes} bytes"));
                return null;
            }

            ReadOnlySpan<byte> content = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(3) : bytes;
            return s_strict.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            problems.Add(mark.Error("", "not UTF-8 text", "save the file as UTF-8"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Fingerprint[path] = Fingerprints.Absent;
            problems.Add(failure is UnauthorizedAccessException
                ? mark.Error("", "may not be read by this user")
                : mark.Error("", "the file is not there", $"looked for {path}"));
        }

        return null;
    }

    private static byte[] ReadBounded(string path)
    {
        using FileStream stream = File.OpenRead(path);
        byte[] buffer = new byte[MaxBytes + 1];
        return buffer[..stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
    }
}
