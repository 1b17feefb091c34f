using System.Buffers.Binary;

namespace Leeway.Planning.Turnaround.Sketches;

/// <summary>
/// Weighted durations, counted in the buckets of <see cref="DurationGrid"/>: quantiles are right to within its accuracy, and sketches add up
/// to the sketch of all they hold. Memory grows with the range seen, 5 KB at most.
/// </summary>
internal sealed class DurationSketch
{
    private double[] _weights = [];
    private int _first;

    /// <summary>The weight of all durations.</summary>
    public double Total { get; private set; }

    /// <summary>Adds one duration.</summary>
    public void Add(TimeSpan duration, double weight) => Add(DurationGrid.IndexOf(duration), weight);

    /// <summary>Adds what another sketch holds, each weight times <paramref name="factor"/>.</summary>
    public void Merge(DurationSketch other, double factor = 1)
    {
        for (int i = 0; i < other._weights.Length; i++)
        {
            if (other._weights[i] > 0)
            {
                Add(other._first + i, other._weights[i] * factor);
            }
        }
    }

    /// <summary>Multiplies every weight.</summary>
    public void Scale(double factor)
    {
        Total = 0;
        for (int i = 0; i < _weights.Length; i++)
        {
            _weights[i] *= factor;
            Total += _weights[i];
        }
    }

    /// <summary>The weight in a bucket.</summary>
    public double WeightAt(int bucket) => bucket - _first is >= 0 and int index && index < _weights.Length ? _weights[index] : 0;

    /// <summary>The least value with at least the share <paramref name="probability"/> of the weight at or below it; null of an empty sketch.</summary>
    public TimeSpan? Quantile(double probability)
    {
        double rank = probability * Total, below = 0;
        int last = -1;
        for (int i = 0; i < _weights.Length; i++)
        {
            if (_weights[i] > 0)
            {
                below += _weights[i];
                last = i;
                if (below >= rank * (1 - 1e-12))
                {
                    break;
                }
            }
        }

        return last < 0 ? null : TimeSpan.FromSeconds(DurationGrid.Values[_first + last]);
    }

    /// <summary>Writes the buckets that hold something: their number, then each as index (2 bytes) and weight (4 bytes), little-endian.</summary>
    public void Write(Stream stream)
    {
        Span<byte> bytes = stackalloc byte[6];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)_weights.Count(weight => weight > 0));
        stream.Write(bytes[..2]);
        for (int i = 0; i < _weights.Length; i++)
        {
            if (_weights[i] > 0)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)(_first + i));
                BinaryPrimitives.WriteSingleLittleEndian(bytes[2..], (float)_weights[i]);
                stream.Write(bytes);
            }
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote, from the begin of <paramref name="bytes"/>, which is moved behind it.</summary>
    /// <exception cref="FormatException">The bytes are not of a sketch.</exception>
    public static DurationSketch Read(ref ReadOnlySpan<byte> bytes)
    {
        var sketch = new DurationSketch();
        int count = bytes.Length >= 2 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : -1;
        if (count < 0 || bytes.Length < 2 + (count * 6))
        {
            throw new FormatException("A sketch of durations ends early.");
        }

        bytes = bytes[2..];
        for (int i = 0; i < count; i++)
        {
            int bucket = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
            float weight = BinaryPrimitives.ReadSingleLittleEndian(bytes[2..]);
            if (bucket >= DurationGrid.Count || !(weight >= 0) || !float.IsFinite(weight))
            {
                throw new FormatException($"A sketch of durations holds the bucket {bucket} with the weight {weight}.");
            }

            sketch.Add(bucket, weight);
            bytes = bytes[6..];
        }

        return sketch;
    }

    private void Add(int bucket, double weight)
    {
        if (_weights.Length == 0)
        {
            (_first, _weights) = (bucket, new double[16]);
        }
        else if (bucket < _first)
        {
            int first = Math.Max(0, bucket - 16);
            double[] wider = new double[_first - first + _weights.Length];
            _weights.CopyTo(wider, _first - first);
            (_first, _weights) = (first, wider);
        }
        else if (bucket - _first >= _weights.Length)
        {
            Array.Resize(ref _weights, bucket - _first + 17);
        }

        _weights[bucket - _first] += weight;
        Total += weight;
    }
}
