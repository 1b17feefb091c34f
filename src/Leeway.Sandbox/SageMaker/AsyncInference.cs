using Leeway.Sandbox.S3;

namespace Leeway.Sandbox.SageMaker;

/// <summary>An asynchronous inference that waits in the endpoint's queue.</summary>
/// <param name="Input">In S3; null when the body came with the call.</param>
/// <param name="EndsAt">When its result, or its failure, appears.</param>
/// <param name="Expires">True when its time to live ends before it starts.</param>
internal sealed record AsyncInference(string Id, S3Location? Input, ReadOnlyMemory<byte> Body, S3Location Output, S3Location Failure, DateTimeOffset EndsAt, bool Expires);
