using System.Security.Cryptography;
using System.Text;
using Leeway.Sandbox.Aws;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Files;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.S3;

namespace Leeway.Sandbox.SageMaker;

/// <summary>The asynchronous inferences, run when someone looks into S3 after their time has come: a result or a failure is an object there.</summary>
internal sealed class AsyncInferences(SandboxWorld world, S3Store objects)
{
    // Assumed, as for responses in the background.
    private const double Sigma = 0.4;

    private static readonly TimeSpan s_defaultTurnaround = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private readonly List<AsyncInference> _waiting = [];
    private readonly TurnaroundLaw _law = TurnaroundLaw.Parse(world.Options.Law);

    /// <param name="timeToLive">In the queue.</param>
    public void Add(string id, S3Location? input, ReadOnlyMemory<byte> body, S3Location output, S3Location failure, TimeSpan timeToLive)
    {
        var takes = Draw(id);
        var expires = takes > timeToLive || world.Faults.Strikes(FaultKind.Expire);
        var now = world.Clock.Now;
        lock (_lock)
        {
            _waiting.Add(new AsyncInference(id, input, body, output, failure, now + (!expires || takes == TimeSpan.Zero ? takes : timeToLive), expires));
        }
    }

    public void Advance()
    {
        lock (_lock)
        {
            var now = world.Clock.Now;
            foreach (var one in _waiting.Where(one => one.EndsAt <= now).OrderBy(one => one.EndsAt).ToList())
            {
                Run_NeedsLock(one);
                _waiting.Remove(one);
            }
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _waiting.Clear();
        }
    }

    private void Run_NeedsLock(AsyncInference one)
    {
        if (one.Expires)
        {
            Put(one.Failure, "The request has expired in the queue."u8.ToArray(), "text/plain");
            return;
        }

        if (one.Input is { } at && !objects.TryFind(at.Bucket, at.Key, out _))
        {
            Put(one.Failure, Encoding.UTF8.GetBytes($"The input {at} could not be read: NoSuchKey."), "text/plain");
            return;
        }

        var (answer, error) = Container.Answer(world, BodyOf(one));
        if (answer is null || world.Faults.Strikes(FaultKind.RowError))
        {
            Put(one.Failure, Encoding.UTF8.GetBytes(error is null ? "The sandbox was told to reject this request." : Container.TextOf(error)), "application/json");
            return;
        }

        world.BillRealTime(answer);
        if (!world.Faults.Strikes(FaultKind.RowsDropped))
        {
            Put(one.Output, Container.Whole(world, answer).ToArray(), Container.ContentType(answer));
        }
    }

    private ReadOnlyMemory<byte> BodyOf(AsyncInference one)
    {
        if (one.Input is not { } at || !objects.TryFind(at.Bucket, at.Key, out var found))
        {
            return one.Body;
        }

        var bytes = new byte[found.Content.Length];
        found.Content.ReadExactly(0, bytes);
        return bytes;
    }

#pragma warning disable CA5351 // What S3 names an object's content by, not a signature.
    private void Put(S3Location at, byte[] bytes, string type) => objects.Put(
        at.Bucket, at.Key, new FileContent(bytes), $"\"{Convert.ToHexStringLower(MD5.HashData(bytes))}\"", new Dictionary<string, string> { ["Content-Type"] = type });
#pragma warning restore CA5351

    private TimeSpan Draw(string id)
    {
        if (_law.IsStall)
        {
            return TimeSpan.MaxValue;
        }

        var median = world.Options.Aws.AsyncInferenceTurnaround ?? (_law.IsInstant ? TimeSpan.Zero : s_defaultTurnaround);
        return TimeSpan.FromSeconds(new SeededRandom(world.Options.Seed, "inference", SeededRandom.Hash(id)).NextLognormal(median.TotalSeconds, Sigma));
    }
}
