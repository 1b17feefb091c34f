using System.Globalization;
using System.Text;

namespace Leeway.Storage.Nodes;

/// <summary>The number that a node was given, kept in its folder, with a secret by which the row is known to be its own and not another database's.</summary>
internal sealed record NodeIdentity(int Node, Guid Secret)
{
    private const string FileName = "leeway.node";

    /// <summary>What the folder says; null when it says nothing that can be read.</summary>
    public static NodeIdentity? Read(string folder)
    {
        string file = Path.Combine(folder, FileName);
        return File.Exists(file)
            && File.ReadAllText(file).Split(' ', StringSplitOptions.TrimEntries) is [var number, var secret]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int node)
            && Guid.TryParseExact(secret, "N", out Guid id)
            ? new NodeIdentity(node, id)
            : null;
    }

    /// <summary>Keeps it. Written apart and renamed, so that a crash leaves the one before or this one.</summary>
    public void Write(string folder)
    {
        string file = Path.Combine(folder, FileName);
        File.WriteAllText($"{file}.new", string.Create(CultureInfo.InvariantCulture, $"{Node} {Secret:N}\n"), Encoding.ASCII);
        File.Move($"{file}.new", file, overwrite: true);
    }
}
