using System.Buffers.Binary;
using Leeway.Planning.Turnaround.Regimes;

namespace Leeway.Planning.Turnaround;

/// <summary>What is known of one deployment. Everything but <see cref="Published"/> and <see cref="ReviewAt"/> is read and written under the forecast's lock.</summary>
internal sealed class DeploymentRecord(string id, TurnaroundCells provider)
{
    private long _reviewAt;
    private volatile PublishedCurves? _published;

    /// <summary>Its id.</summary>
    public string Id { get; } = id;

    /// <summary>The cells of all deployments of its provider.</summary>
    public TurnaroundCells Provider { get; } = provider;

    /// <summary>Its own cells.</summary>
    public TurnaroundCells Cells { get; } = new(id);

    /// <summary>Its regime.</summary>
    public RegimeDetector Detector { get; } = new();

    /// <summary>Its latest batches.</summary>
    public WatchedBatches Watched { get; } = new();

    /// <summary>Its open batches.</summary>
    public Dictionary<BatchId, OpenBatch> Open { get; } = [];

    /// <summary>The laws its regimes are told apart by.</summary>
    public RegimeLaws Laws { get; set; } = null!;

    /// <summary>When a batch was last seen to be submitted, open or ended.</summary>
    public DateTimeOffset SeenAt { get; set; }

    /// <summary>Whether batches ended since the curves were last looked at.</summary>
    public bool Changed { get; set; }

    /// <summary>When the curves were last looked at.</summary>
    public DateTimeOffset LookedAt { get; set; }

    /// <summary>What it is said to be like.</summary>
    public PublishedCurves Published
    {
        get => _published!;
        set => _published = value;
    }

    /// <summary>When it is to be looked at again, in ticks of UTC.</summary>
    public long ReviewAt
    {
        get => Volatile.Read(ref _reviewAt);
        set => Volatile.Write(ref _reviewAt, value);
    }

    /// <summary>The row to save.</summary>
    public TurnaroundDeployment ToRow()
    {
        using var stream = new MemoryStream();
        Span<byte> evidence = stackalloc byte[16];
        BinaryPrimitives.WriteDoubleLittleEndian(evidence, Detector.First);
        BinaryPrimitives.WriteDoubleLittleEndian(evidence[8..], Detector.Second);
        stream.Write(evidence);
        Watched.Write(stream);
        return new TurnaroundDeployment(Id, Detector.Regime, Detector.Since, stream.ToArray());
    }

    /// <summary>Takes up a row that was saved.</summary>
    /// <exception cref="FormatException">The bytes are not of a deployment.</exception>
    public void Restore(TurnaroundDeployment row)
    {
        ReadOnlySpan<byte> data = row.Data.Span;
        if (data.Length < 16)
        {
            throw new FormatException($"What was learnt of {row.Deployment} ends early.");
        }

        Detector.Restore(row.Regime, row.Since, BinaryPrimitives.ReadDoubleLittleEndian(data), BinaryPrimitives.ReadDoubleLittleEndian(data[8..]));
        Watched.Read(data[16..]);
    }
}
