using Leeway.Adapters.Objects;

namespace Leeway.Adapters.Bedrock.Jobs;

/// <summary>
/// Where a batch's files lie: <c>{name}/in/{name}.jsonl</c>, and <c>{name}/out/{job}/{name}.jsonl.out</c> with a manifest beside it. A job
/// reads every file of a folder, so each has its own.
/// </summary>
internal sealed class JobFiles(Deployment deployment)
{
    private const string Manifest = "manifest.json.out";

    private readonly Lazy<IObjectStore> _store = new(() => ObjectStores.Open(
        deployment.Cloud.Storage ?? throw new ProviderException(new ProviderError(
            ProviderErrorKind.InvalidRequest, $"providers.{deployment.Provider}.storage is not set, and batches are read from there.")),
        deployment.Cloud));

    private IObjectStore Store => _store.Value;

    public async Task<string> UploadAsync(string fileName, Func<System.IO.Pipelines.PipeWriter, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        string key = InputOf(fileName);
        await Store.WriteAsync(key, "application/jsonl", write, cancellationToken);
        return key;
    }

    /// <summary>An address as Bedrock takes it.</summary>
    public string AddressOf(string key) => Store.AddressOf(key);

    /// <summary>The folder for results, as Bedrock takes it.</summary>
    public string OutputOf(string inputKey) => Store.AddressOf(FolderOf(inputKey) + "out") + "/";

    /// <summary>The key of an address; null where it lies elsewhere.</summary>
    public string? KeyOf(string? address)
    {
        string root = Store.AddressOf("x")[..^1];
        return address?.StartsWith(root, StringComparison.Ordinal) == true ? address[root.Length..] : null;
    }

    /// <summary>The results of a job; null when no row ran.</summary>
    public async Task<string?> FindResultsAsync(string inputKey, string job, CancellationToken cancellationToken)
    {
        await foreach (StoredObject item in Store.ListAsync($"{FolderOf(inputKey)}out/{job}/", cancellationToken))
        {
            if (item.Key.EndsWith(".jsonl.out", StringComparison.Ordinal) && item.Length > 0)
            {
                return item.Key;
            }
        }

        return null;
    }

    public Task<Stream> OpenAsync(string key, CancellationToken cancellationToken) => Store.OpenAsync(key, cancellationToken);

    /// <summary>Deletes a file, and with results the manifest beside them.</summary>
    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        await Store.DeleteAsync(key, cancellationToken);
        if (key.EndsWith(".out", StringComparison.Ordinal))
        {
            await Store.DeleteAsync(key[..(key.LastIndexOf('/') + 1)] + Manifest, cancellationToken);
        }
    }

    public async Task<IReadOnlyList<string>> FindAsync(string fileName, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        string key = InputOf(fileName);
        await foreach (StoredObject item in Store.ListAsync(key, cancellationToken))
        {
            if (item.Key == key)
            {
                found.Add(item.Key);
            }
        }

        return found;
    }

    private static string InputOf(string fileName) => $"{Path.GetFileNameWithoutExtension(fileName)}/in/{fileName}";

    private static string FolderOf(string inputKey) => inputKey[..(inputKey.IndexOf('/', StringComparison.Ordinal) + 1)];
}
