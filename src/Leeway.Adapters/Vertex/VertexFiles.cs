using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Leeway.Adapters.Objects;
using Leeway.Adapters.Wire.Batches;
using Leeway.Adapters.Wire.Calls;

namespace Leeway.Adapters.Vertex;

/// <summary>Inputs and predictions of jobs in the operator's own bucket, by the addresses that the jobs name.</summary>
internal sealed partial class VertexFiles
{
    private const string Inputs = "inputs/";
    private const string Outputs = "predictions/";

    private readonly ConditionalWeakTable<Deployment, IObjectStore> _stores = [];

    public async Task<string> UploadAsync(Deployment deployment, string fileName, Func<PipeWriter, CancellationToken, Task> writeInput, CancellationToken cancellationToken)
    {
        IObjectStore store = StoreOf(deployment);
        await store.WriteAsync(Inputs + fileName, "application/jsonl", writeInput, cancellationToken);
        return store.AddressOf(Inputs + fileName);
    }

    /// <summary>Where a job is to write; below it the service makes a folder of its own.</summary>
    public string OutputOf(Deployment deployment, string fingerprint) => StoreOf(deployment).AddressOf(Outputs + fingerprint + "/");

    /// <summary>Opens the predictions of a job, however many files they are in.</summary>
    public async Task<Stream> OpenAsync(Deployment deployment, string directory, CancellationToken cancellationToken)
    {
        IObjectStore store = StoreOf(deployment);
        string folder = KeyOf(deployment, store, directory).TrimEnd('/') + "/";
        var files = new List<string>();
        await foreach (StoredObject one in store.ListAsync(folder, cancellationToken))
        {
            if (Predictions().IsMatch(one.Key.AsSpan(folder.Length)))
            {
                files.Add(one.Key);
            }
        }

        files.Sort(StringComparer.Ordinal);
        return files.Count > 0
            ? new JoinedStream(files, store.OpenAsync)
            : throw new ProviderException(new ProviderError(ProviderErrorKind.NotFound, $"Deployment '{deployment.Id}': there are no predictions in {directory}."));
    }

    /// <summary>Deletes an object, or everything in a folder.</summary>
    public async Task DeleteAsync(Deployment deployment, string address, CancellationToken cancellationToken)
    {
        IObjectStore store = StoreOf(deployment);
        string key = KeyOf(deployment, store, address).TrimEnd('/');
        var found = new List<string>();
        await foreach (StoredObject one in store.ListAsync(key, cancellationToken))
        {
            if (one.Key.Length == key.Length || one.Key[key.Length] == '/')
            {
                found.Add(one.Key);
            }
        }

        foreach (string one in found)
        {
            await store.DeleteAsync(one, cancellationToken);
        }
    }

    public async Task<IReadOnlyList<string>> FindAsync(Deployment deployment, string fileName, CancellationToken cancellationToken)
    {
        IObjectStore store = StoreOf(deployment);
        await foreach (StoredObject one in store.ListAsync(Inputs + fileName, cancellationToken))
        {
            if (one.Key == Inputs + fileName)
            {
                return [store.AddressOf(one.Key)];
            }
        }

        return [];
    }

    private IObjectStore StoreOf(Deployment deployment) => _stores.GetValue(deployment, static deployment => deployment.Cloud.Storage switch
    {
        null => throw Refuse(deployment, "is not set; its batches are read from and written to there, e.g. gs://my-bucket/leeway"),
        { Root.Scheme: not "gs" } other => throw Refuse(deployment, $"is {other.Root}; its batches are read from and written to gs://… only"),
        { } location => ObjectStores.Open(location, deployment.Cloud),
    });

    private static ProviderException Refuse(Deployment deployment, string what) =>
        new(new ProviderError(ProviderErrorKind.AuthenticationFailed, $"Deployment '{deployment.Id}': providers.{deployment.Provider}.storage.url {what}."));

    /// <summary>A key from an address. One outside of what is ours is not read or deleted, whoever names it.</summary>
    private static string KeyOf(Deployment deployment, IObjectStore store, string address)
    {
        string root = store.AddressOf("");
        return address.StartsWith(root, StringComparison.Ordinal) && address.Length > root.Length
            ? address[root.Length..]
            : throw Failures.Malformed(deployment, $"names {address}, which is not below {root}");
    }

    // Beside them stand a partial dump of the run and files about the job.
    [GeneratedRegex(@"^predictions\.jsonl(-\d+-of-\d+)?$")]
    private static partial Regex Predictions();
}
