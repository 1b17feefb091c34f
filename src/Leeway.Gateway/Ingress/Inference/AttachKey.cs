using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Leeway.Gateway.Ingress.Inference;

/// <summary>What a repeated call is known by: caller and Idempotency-Key, else caller, path, signals and body.</summary>
/// <param name="Value">32 bytes, under which the request is stored.</param>
/// <param name="Idempotency">The Idempotency-Key, or null.</param>
/// <param name="BodyHash">SHA-256 of the body beside an Idempotency-Key, which must not be used for another body; else null.</param>
internal readonly record struct AttachKey(byte[] Value, string? Idempotency, byte[]? BodyHash)
{
    public static AttachKey Of(HttpContext context, Understood request, string? idempotencyKey, ReadOnlySpan<byte> body) => idempotencyKey is null
        ? new AttachKey(OfBody(context, request, body), null, null)
        : new AttachKey(
            SHA256.HashData(Encoding.UTF8.GetBytes($"key\n{request.Caller.Team}\n{request.Caller.Label}\n{request.Endpoint}\n{idempotencyKey}")),
            idempotencyKey,
            SHA256.HashData(body));

    // One hash over all of it, since hashing costs more than copying.
    private static byte[] OfBody(HttpContext context, Understood request, ReadOnlySpan<byte> body)
    {
        var head = new StringBuilder(256).Append("body\n").Append(request.Caller.Team).Append('\n').Append(request.Caller.Label).Append('\n').Append(context.Request.Path.Value).Append('\n');
        foreach (string signal in WaitingHeaders.Signals)
        {
            head.Append(context.Request.Headers[signal].ToString()).Append('\n');
        }

        string text = head.ToString();
        byte[] whole = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length) + body.Length);
        try
        {
            int length = Encoding.UTF8.GetBytes(text, whole);
            body.CopyTo(whole.AsSpan(length));
            return SHA256.HashData(whole.AsSpan(0, length + body.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }
}
