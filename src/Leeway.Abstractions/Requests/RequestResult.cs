namespace Leeway;

/// <summary>The recorded outcome of a request, in the client's dialect.</summary>
/// <param name="StatusCode">The HTTP status the client would have seen.</param>
/// <param name="Body">The answer's or error's JSON bytes.</param>
/// <param name="ErrorCode">A stable code when there is no answer (see docs/errors.md), else null.</param>
public sealed record RequestResult(int StatusCode, ReadOnlyMemory<byte> Body, string? ErrorCode);
