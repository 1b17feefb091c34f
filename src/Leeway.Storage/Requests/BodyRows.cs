using Leeway.Storage.Sql;

namespace Leeway.Storage.Requests;

/// <summary>Bodies of requests: of their own, or a part of the batch file they came in.</summary>
internal sealed class BodyRows(IFileContents contents)
{
    /// <summary>The body that <paramref name="row"/> stands on: <c>body</c>, <c>body_file</c>, <c>body_offset</c>, <c>body_bytes</c>. Null when it is gone.</summary>
    public byte[]? Read(Statement row)
    {
        byte[]? own = row.BytesOrNull();
        Guid? file = row.IdOrNull();
        if (file is null)
        {
            return own;
        }

        long offset = row.Int64();
        var body = new byte[row.Int32()];
        try
        {
            contents.Read(file.Value, offset, body);
            return body;
        }
        catch (Exception exception) when (exception is FileNotFoundException or EndOfStreamException)
        {
            return null;
        }
    }
}
