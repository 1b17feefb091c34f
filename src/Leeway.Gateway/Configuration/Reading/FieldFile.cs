namespace Leeway.Gateway.Configuration.Reading;

/// <summary>A small YAML or JSON file of single values by name, read with the configuration's care.</summary>
public static class FieldFile
{
    /// <summary>Reads it.</summary>
    /// <param name="text">The file's content.</param>
    /// <param name="file">Its name, for problems.</param>
    /// <param name="problems">What was wrong is added; the fields are of no use then.</param>
    public static IReadOnlyList<FileField> Read(string text, string file, ICollection<ConfigProblem> problems)
    {
        List<ConfigProblem> found = [];
        ConfigNode? node = YamlReader.Read(text, file, ".", found);
        List<FileField> fields = [];
        if (node is MapNode map)
        {
            foreach (MapEntry entry in map.Entries)
            {
                if (entry.Value is ScalarNode { IsNull: false } scalar)
                {
                    fields.Add(new FileField(entry.Key, scalar.Text, entry.KeyMark.Line, entry.KeyMark.Column));
                }
                else if (entry.Value is not ScalarNode)
                {
                    found.Add(entry.KeyMark.Error(ConfigPath.Child("", entry.Key), $"a single value is expected here, not {entry.Value.Describe}"));
                }
            }
        }
        else if (found.Count == 0)
        {
            found.Add((node?.Mark ?? new Mark(file, 1, 1, ".")).Error("", node is null ? "the file is empty" : $"a map of names and values is expected, not {node.Describe}"));
        }

        foreach (ConfigProblem problem in found)
        {
            problems.Add(problem);
        }

        return fields;
    }
}
