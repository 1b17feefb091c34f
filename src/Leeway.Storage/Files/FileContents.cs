using Leeway.Storage.Sql;
using Microsoft.Win32.SafeHandles;

namespace Leeway.Storage.Files;

/// <summary>
/// Contents as files of a folder that the storage owns: <c>{id}</c> once sealed, <c>{id}.part</c> before. What a stopped process left behind
/// is removed when the folder is opened.
/// </summary>
internal sealed class FileContents(string folder, IdSource ids) : INamedContents
{
    private const string DraftSuffix = ".part";
    private const int ReadBuffer = 128 * 1024;

    /// <summary>Makes the folder when it is missing and removes what nothing knows of.</summary>
    /// <param name="isKnown">Whether a row knows of a content.</param>
    public void Clean(Predicate<Guid> isKnown)
    {
        Directory.CreateDirectory(folder);
        foreach (string path in Directory.EnumerateFiles(folder))
        {
            if (!Guid.TryParseExact(Path.GetFileName(path), "N", out Guid id) || !isKnown(id))
            {
                File.Delete(path);
            }
        }
    }

    /// <inheritdoc/>
    public IFileDraft Begin() => new FileDraft(folder, PathOf(ids.Next()) + DraftSuffix, PathOf);

    /// <inheritdoc/>
    public Stream? Open(Guid id)
    {
        try
        {
            return new FileStream(PathOf(id), new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.ReadWrite | FileShare.Delete,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
                BufferSize = ReadBuffer,
            });
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Read(Guid id, long offset, Span<byte> target)
    {
        using SafeFileHandle handle = File.OpenHandle(PathOf(id), share: FileShare.ReadWrite | FileShare.Delete);
        while (!target.IsEmpty)
        {
            int read = RandomAccess.Read(handle, target, offset);
            if (read == 0)
            {
                throw new EndOfStreamException($"The content {id:N} is shorter than what was asked of it.");
            }

            offset += read;
            target = target[read..];
        }
    }

    /// <summary>Takes a content in that somebody else keeps.</summary>
    /// <param name="id">The content.</param>
    /// <param name="copy">Copies it; false when there is none.</param>
    /// <returns>Whether it is there.</returns>
    public bool Take(Guid id, Func<Stream, bool> copy)
    {
        string part = PathOf(ids.Next()) + DraftSuffix;
        try
        {
            using (var target = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, ReadBuffer))
            {
                if (!copy(target))
                {
                    return false;
                }
            }

            File.Move(part, PathOf(id), overwrite: true);
            return true;
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>Removes what nothing knows of any more, but what is young: its row may be on its way.</summary>
    public void Sweep(Predicate<Guid> isKnown, DateTime writtenBefore)
    {
        foreach (string path in Directory.EnumerateFiles(folder))
        {
            if (Guid.TryParseExact(Path.GetFileName(path), "N", out Guid id) && !isKnown(id) && File.GetLastWriteTimeUtc(path) < writtenBefore)
            {
                File.Delete(path);
            }
        }
    }

    /// <inheritdoc/>
    public void Remove(Guid id) => File.Delete(PathOf(id));

    /// <inheritdoc/>
    public void Name(Session session, Guid sealedAs, Guid id)
    {
        // The second time it has its name already.
        if (Rename(sealedAs, id))
        {
            FileSync.Names(folder);
        }
        else if (!File.Exists(PathOf(id)))
        {
            throw new InvalidOperationException($"The content {sealedAs:N} is gone.");
        }
    }

    /// <inheritdoc/>
    public void Settle(Guid sealedAs, Guid id, bool isNamed) => Remove(sealedAs);

    /// <summary>Gives a content another name; false when there is none.</summary>
    public bool Rename(Guid from, Guid to)
    {
        try
        {
            File.Move(PathOf(from), PathOf(to), overwrite: true);
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    private string PathOf(Guid id) => Path.Combine(folder, id.ToString("N"));
}
