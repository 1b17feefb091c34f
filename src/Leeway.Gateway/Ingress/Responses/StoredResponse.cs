namespace Leeway.Gateway.Ingress.Responses;

/// <summary>A response of ours as it is stored: the request, its body, and the previous response as the client named it.</summary>
internal sealed record StoredResponse(RequestRecord Record, ReadOnlyMemory<byte> Body, string? Previous)
{
    public RequestId Id => Record.Request.Id;

    /// <summary>Whether its client asked not to wait for it.</summary>
    public bool IsBackground { get; } = ResponseObject.IsBackground(Body);

    /// <summary>The object as it stands.</summary>
    public byte[] Write() => ResponseObject.Write(Record, Body, Previous);

    /// <summary>The object as it stood at <paramref name="status"/>.</summary>
    public byte[] Write(string status) => ResponseObject.Write(Record, Body, Previous, status);
}
