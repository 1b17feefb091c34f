using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Leeway.Gateway.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features.Authentication;

namespace Leeway.Gateway.Access;

/// <summary>
/// The one place that decides who calls the public listener, before anything of the call but its head is read. Keys are asked for once there
/// is one, once other machines can reach the listener, or when the configuration wants it.
/// </summary>
/// <remarks>A credential that was seen before on its connection costs one look-up and no memory; it is hashed when it is seen first.</remarks>
internal sealed class Gate(KeyRing ring, bool exposed, IConfigSource config, TimeProvider clock)
{
    private readonly Known?[] _known = new Known?[1024];

    /// <summary>Whether a call without a key is refused now.</summary>
    public bool IsClosed => exposed || ring.Book.Any || config.Current.Server.RequireKeys;

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        Principal? principal = Admit(context.Request.Headers, out Problem? problem);
        if (principal is null)
        {
            return RefuseAsync(context, problem!);
        }

        context.Features.Set<IHttpAuthenticationFeature>(principal);
        return next(context);
    }

    /// <summary>The caller that the headers name, or null and why nobody is let in.</summary>
    public Principal? Admit(IHeaderDictionary headers, out Problem? problem)
    {
        // 1. While keys are off, a credential is a label.
        problem = null;
        if (!IsClosed)
        {
            return OpenCallers.Of(headers);
        }

        // 2. One credential, wherever it stands.
        if (!Credential.TryRead(headers, out string header, out ReadOnlySpan<char> token, out problem))
        {
            return null;
        }

        // 3. Whose it is: known from an earlier call, else by its hash.
        KeyBook book = ring.Book;
        ref Known? slot = ref _known[(uint)header.GetHashCode() % (uint)_known.Length];
        Holder? holder = Volatile.Read(ref slot) is { } known && known.Book == book && known.TokenLength == token.Length && known.Header.TryGetTarget(out string? other) && Same(header, other)
            ? known.Holder
            : Look(book, token);
        if (holder is null)
        {
            problem = AccessProblems.Unknown();
            return null;
        }

        // 4. Whether it still counts.
        DateTimeOffset now = clock.GetUtcNow();
        if (holder.RefusalAt(now) is { } reason)
        {
            problem = AccessProblems.Over(reason);
            return null;
        }

        if (Volatile.Read(ref slot)?.Holder != holder)
        {
            Volatile.Write(ref slot, new Known(new WeakReference<string>(header), token.Length, book, holder));
        }

        holder.Use.Note(now);
        return holder.Principal;
    }

    private static Holder? Look(KeyBook book, ReadOnlySpan<char> token)
    {
        if (!SecretText.HasForm(token))
        {
            return null;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SecretText.Hash(token, hash);
        return book.Find(hash);
    }

    private static bool Same(string one, string other) =>
        ReferenceEquals(one, other) || CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(one.AsSpan()), MemoryMarshal.AsBytes(other.AsSpan()));

    private static async Task RefuseAsync(HttpContext context, Problem problem)
    {
        if (ProblemTable.Of(problem.Code).Status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"leeway\"";
        }

        try
        {
            await ProblemWriter.WriteAsync(context, problem);
        }
        catch (Exception exception) when (context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException)
        {
            // Whoever was refused did not wait for it.
        }
    }

    // The same text is another credential in the other header: there, a scheme is a part of it.
    private sealed record Known(WeakReference<string> Header, int TokenLength, KeyBook Book, Holder Holder);
}
