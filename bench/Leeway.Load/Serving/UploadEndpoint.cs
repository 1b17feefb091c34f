using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Leeway.Load.Serving;

/// <summary>The least that an endpoint can do that answers 200 once an upload is durable: the body as it comes, framing and all, into a file, then fsync.</summary>
internal static class UploadEndpoint
{
    public static Task<int> RunAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        return Served.RunAsync(
            builder => builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Limits.MaxRequestBodySize = null),
            app => app.Run(context => TakeAsync(context, Path.Combine(folder, context.TraceIdentifier.Replace(':', '-')))));
    }

    private static async Task TakeAsync(HttpContext context, string path)
    {
        using (var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            PipeReader reader = context.Request.BodyReader;
            long offset = 0;
            while (true)
            {
                ReadResult result = await reader.ReadAsync();
                foreach (ReadOnlyMemory<byte> piece in result.Buffer)
                {
                    RandomAccess.Write(target.SafeFileHandle, piece.Span, offset);
                    offset += piece.Length;
                }

                reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    break;
                }
            }

            RandomAccess.FlushToDisk(target.SafeFileHandle);
        }

        File.Delete(path);
        context.Response.ContentLength = 0;
    }
}
