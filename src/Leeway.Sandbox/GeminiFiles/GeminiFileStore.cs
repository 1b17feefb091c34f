using Leeway.Sandbox.Files;

namespace Leeway.Sandbox.GeminiFiles;

/// <summary>The files of the Gemini API and the uploads under way. An uploaded file is gone after 48 hours.</summary>
internal sealed class GeminiFileStore(SandboxWorld world)
{
    private static readonly TimeSpan s_keep = TimeSpan.FromHours(48);

    private readonly Lock _lock = new();
    private readonly List<GeminiFile> _files = [];
    private readonly Dictionary<string, GeminiUpload> _uploads = new(StringComparer.Ordinal);

    public GeminiUpload Begin(string? displayName, string mimeType)
    {
        var upload = new GeminiUpload(world.Ids.Next("up"), displayName, mimeType, world.Files.NewSpool());
        lock (_lock)
        {
            _uploads.Add(upload.Id, upload);
        }

        return upload;
    }

    public GeminiUpload? FindUpload(string id)
    {
        lock (_lock)
        {
            return _uploads.GetValueOrDefault(id);
        }
    }

    public void Drop(GeminiUpload upload)
    {
        lock (_lock)
        {
            _uploads.Remove(upload.Id);
        }

        upload.Spool.Dispose();
    }

    public GeminiFile Finish(GeminiUpload upload)
    {
        var now = world.Clock.Now;
        var file = new GeminiFile(world.Ids.Next(""), upload.DisplayName, upload.MimeType, now, now + s_keep, upload.Spool.ToContent());
        lock (_lock)
        {
            _uploads.Remove(upload.Id);
            _files.Add(file);
        }

        return file;
    }

    /// <summary>The output of a batch; it goes when the batch is deleted.</summary>
    public GeminiFile AddOutput(string batchId, DateTimeOffset at, FileContent content)
    {
        var file = new GeminiFile("batch-" + batchId, null, "application/jsonl", at, null, content);
        lock (_lock)
        {
            _files.Add(file);
        }

        return file;
    }

    public GeminiFile? Find(string id)
    {
        lock (_lock)
        {
            return _files.Find(file => file.Id == id && IsAlive(file));
        }
    }

    /// <summary>Newest first.</summary>
    public List<GeminiFile> All()
    {
        lock (_lock)
        {
            var all = _files.FindAll(IsAlive);
            all.Reverse();
            return all;
        }
    }

    public void Delete(string id)
    {
        lock (_lock)
        {
            _files.RemoveAll(file => file.Id == id);
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _files.Clear();
            _uploads.Clear();
        }
    }

    private bool IsAlive(GeminiFile file) => file.ExpiresAt is not { } expiry || expiry > world.Clock.Now;
}

/// <summary>An upload that has begun; the bytes come in one or more pieces.</summary>
internal sealed record GeminiUpload(string Id, string? DisplayName, string MimeType, Spool Spool);
