using System.Text;
using Leeway.Gateway.Configuration.Reading;

namespace Leeway.Gateway.Configuration.Binding;

/// <summary>A value once a reference in it was followed. <paramref name="Origin"/> is null when there was none.</summary>
internal sealed record Resolved(string Text, string? Origin);

/// <summary>Follows <c>${env:NAME}</c> and <c>${file:/path}</c>, which may stand for any whole value.</summary>
internal sealed class ReferenceResolver(ConfigSources sources)
{
    private const int MaxBytes = 64 * 1024;

    /// <summary>What was read from each secret file, to see a rotated secret.</summary>
    public Dictionary<string, string> Fingerprint { get; } = [];

    /// <summary>Null when the reference leads nowhere; then <paramref name="problem"/> says so.</summary>
    public Resolved? Resolve(ScalarNode node, string path, out ConfigProblem? problem)
    {
        problem = null;
        string text = node.Text;
        if (!text.StartsWith("${", StringComparison.Ordinal))
        {
            return new Resolved(text, null);
        }

        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string scheme = colon > 0 && text.EndsWith('}') ? text[2..colon] : "";
        string target = scheme.Length > 0 ? text[(colon + 1)..^1] : "";
        (string? value, string why) = (scheme, target.Length > 0) switch
        {
            ("env", true) => FromEnvironment(target),
            ("file", true) => FromFile(target, node.Mark.Folder),
            _ => (null, "this is not a reference"),
        };
        if (value is not null)
        {
            return new Resolved(value, $"{scheme}:{target}");
        }

        problem = node.Mark.Error(path, why, scheme switch
        {
            "env" when target.Length > 0 => $"set {target} or remove {path}",
            "file" when target.Length > 0 => $"write the value into {target} or remove {path}",
            _ => "write ${env:NAME} or ${file:/path}",
        });
        return null;
    }

    private (string? Value, string Why) FromEnvironment(string name) =>
        !sources.Environment.TryGetValue(name, out string? value) ? (null, $"the environment variable {name} is not set")
        : value.Length == 0 ? (null, $"the environment variable {name} is empty")
        : (value, "");

    private (string? Value, string Why) FromFile(string target, string folder)
    {
        string file = Path.GetFullPath(Path.Combine(folder, target));
        try
        {
            using FileStream stream = File.OpenRead(file);
            byte[] buffer = new byte[MaxBytes + 1];
            int read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            ReadOnlySpan<byte> bytes = buffer.AsSpan(0, read);
            Fingerprint[file] = Fingerprints.Of(bytes);
            if (read > MaxBytes)
            {
                return (null, $"the file {target} is larger than {MaxBytes} bytes");
            }

            string value = Encoding.UTF8.GetString(bytes).TrimEnd('\r', '\n');
            return value.Length == 0 ? (null, $"the file {target} is empty") : (value, "");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Fingerprint[file] = Fingerprints.Absent;
            return (null, failure is UnauthorizedAccessException
                ? $"the file {target} may not be read by this user"
                : $"the file {target} is not there");
        }
    }
}
