using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Wire;

namespace Leeway.Sandbox.Files;

/// <summary>The files of the one account the sandbox has. A file past its expiry is gone.</summary>
internal sealed class FileStore(SandboxClock clock, IdSource ids, int memoryBytes) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<StoredFile> _files = [];
    private readonly Dictionary<string, StoredFile> _byId = new(StringComparer.Ordinal);
    private readonly string _folder = Directory.CreateTempSubdirectory("leeway-sandbox-").FullName;

    public Spool NewSpool() => new(_folder, memoryBytes);

    public StoredFile Add(string filename, string purpose, DateTimeOffset createdAt, TimeSpan? expiresAfter, FileContent content)
    {
        var file = new StoredFile(ids.Next("file-"), filename, purpose, createdAt, createdAt + expiresAfter, content);
        lock (_lock)
        {
            _files.Add(file);
            _byId.Add(file.Id, file);
        }

        return file;
    }

    public StoredFile? Find(string id)
    {
        lock (_lock)
        {
            return _byId.TryGetValue(id, out var file) && IsAlive(file) ? file : null;
        }
    }

    /// <summary>Oldest first.</summary>
    public List<StoredFile> All()
    {
        lock (_lock)
        {
            return _files.FindAll(IsAlive);
        }
    }

    public bool Delete(string id)
    {
        lock (_lock)
        {
            return _byId.Remove(id, out var file) & _files.Remove(file!);
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _files.Clear();
            _byId.Clear();
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private bool IsAlive(StoredFile file) => file.ExpiresAt is not { } expiry || expiry > clock.Now;
}
