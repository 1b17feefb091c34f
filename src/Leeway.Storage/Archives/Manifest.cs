using System.Text.Json;
using System.Text.Json.Serialization;

namespace Leeway.Storage.Archives;

/// <summary>What a backup says of itself.</summary>
internal sealed record Manifest
{
    /// <summary>The form of backups that this build writes and reads.</summary>
    public const int CurrentForm = 1;

    public required int Form { get; init; }

    public required DateTimeOffset MadeAt { get; init; }

    public required string From { get; init; }

    public required int Schema { get; init; }

    public required IReadOnlyList<TableReport> Tables { get; init; }

    public required IReadOnlyList<ContentReport> Files { get; init; }

    public required IReadOnlyList<Guid> Gone { get; init; }

    /// <exception cref="ArchiveException">It is no manifest.</exception>
    public static Manifest Read(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            return JsonSerializer.Deserialize(stream, ManifestJson.Default.Manifest) ?? throw new JsonException("It is null.");
        }
        catch (JsonException exception)
        {
            throw new ArchiveException($"'{file}' is no manifest of a backup: {exception.Message}", exception);
        }
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Default.Manifest);
}

/// <summary>The manifest's JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(Manifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
