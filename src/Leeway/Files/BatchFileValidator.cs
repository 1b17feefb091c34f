using System.Buffers;
using Leeway.Ledger;

namespace Leeway.Files;

/// <summary>
/// Checks a batch file while it passes by: bytes are fed as they come, lines are looked at in place, and nothing of a line is kept but the
/// hash of its <c>custom_id</c>. Use is as by one reader: <see cref="Feed"/>, then <see cref="Complete"/> once.
/// </summary>
public sealed class BatchFileValidator(BatchFileLimits limits) : IDisposable
{
    // Of a file of like lines a few tell the tokens within some percent, at a few percent of the cost.
    private const int SampleEvery = 128;
    private const int SampleFirst = 32;

    private readonly ProblemList _problems = new();
    private readonly CustomIds _ids = new();
    private readonly OrderedDictionary<string, bool> _models = new(StringComparer.Ordinal);
    private readonly List<string> _endpoints = [];

    // The beginning of a line whose end has not come; a line beyond the limit is only counted.
    private byte[] _carry = [];
    private int _carried;
    private bool _skipping;

    private long _bytes;
    private int _number;
    private int _lines;
    private long _goodLines;
    private long _goodBytes;
    private long _sampledBytes;
    private long _sampledTokens;

    /// <summary>Takes the next bytes.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        _bytes += bytes.Length;
        while (!bytes.IsEmpty)
        {
            int feed = bytes.IndexOf((byte)'\n');
            if (feed < 0)
            {
                Carry(bytes);
                return;
            }

            if (_carried == 0 && !_skipping)
            {
                Take(bytes[..feed], isTooLong: feed > limits.LineBytes);
            }
            else
            {
                Carry(bytes[..feed]);
                TakeCarried();
            }

            bytes = bytes[(feed + 1)..];
        }
    }

    /// <summary>Takes the last line, if it has no line feed, and tells what was found.</summary>
    public BatchFileReport Complete()
    {
        if (_carried > 0 || _skipping)
        {
            TakeCarried();
        }

        if (_lines > limits.Lines)
        {
            _problems.AddOfFile(ProblemList.OfFile(
                LineProblemCodes.TooManyLines,
                $"The file has {_lines} lines; a batch has {limits.Lines} at most (server.limits.batch_lines).",
                "Split it, or let the operator raise the limit. Lines beyond the limit were not looked at."));
        }
        else if (_lines == 0 && !_problems.IsOfFile)
        {
            _problems.AddOfFile(ProblemList.OfFile(LineProblemCodes.EmptyFile, "The file holds no line.", "Write one request on each line."));
        }

        return new BatchFileReport
        {
            Lines = _lines,
            BadLines = _problems.BadLines,
            Bytes = _bytes,
            Endpoints = _endpoints,
            Models = [.. _models.Keys],
            EstimatedInputTokens = _sampledBytes == 0 ? 0 : (long)((double)_goodBytes / _sampledBytes * _sampledTokens),
            Problems = _problems.Told,
        };
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        if (_carry.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_carry);
            _carry = [];
        }
    }

    private void Carry(ReadOnlySpan<byte> bytes)
    {
        if (_skipping || _carried + (long)bytes.Length > limits.LineBytes)
        {
            _skipping = true;
            return;
        }

        if (_carried + bytes.Length > _carry.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_carried + bytes.Length, Math.Min(2 * _carry.Length, limits.LineBytes)));
            _carry.AsSpan(0, _carried).CopyTo(larger);
            Dispose();
            _carry = larger;
        }

        bytes.CopyTo(_carry.AsSpan(_carried));
        _carried += bytes.Length;
    }

    private void TakeCarried()
    {
        Take(_carry.AsSpan(0, _carried), _skipping);
        (_carried, _skipping) = (0, false);
    }

    private void Take(ReadOnlySpan<byte> line, bool isTooLong)
    {
        _number++;
        if (_number == 1)
        {
            line = FileStart.Trim(line, out LineProblem? foreign);
            if (foreign is not null)
            {
                _problems.AddOfFile(foreign);
            }
        }

        if (_problems.IsOfFile)
        {
            return;
        }

        line = line.EndsWith((byte)'\r') ? line[..^1] : line;
        if (!isTooLong && !line.ContainsAnyExcept((byte)' ', (byte)'\t'))
        {
            return;
        }

        if (++_lines > limits.Lines)
        {
            return;
        }

        if (isTooLong)
        {
            _problems.Add(_number, new LineProblem(
                null, limits.LineBytes + 1, null, LineProblemCodes.LineTooLong, null,
                $"The line is longer than {limits.LineBytes} bytes (server.limits.line).", "Shorten it, or let the operator raise the limit."));
        }
        else if (!BatchLineReader.TryRead(line, limits.Depth, out BatchLine read, out LineProblem? problem))
        {
            _problems.Add(_number, problem!);
        }
        else if (!_ids.TryAdd(read.CustomId, _number, out int earlier))
        {
            _problems.Add(_number, BatchLineReader.Twice(line, read.CustomId, earlier));
        }
        else
        {
            Count(read, line.Slice(read.Body.Start, read.Body.Length));
        }
    }

    private void Count(in BatchLine line, ReadOnlySpan<byte> body)
    {
        if (!_endpoints.Contains(line.Url))
        {
            _endpoints.Add(line.Url);
        }

        if (_models.Count < BatchFileReport.MaxModels)
        {
            _models.TryAdd(line.Model, true);
        }

        _goodBytes += body.Length;
        if (_goodLines < SampleFirst || _goodLines % SampleEvery == 0)
        {
            _sampledBytes += body.Length;
            _sampledTokens += TokenEstimator.Estimate(body);
        }

        _goodLines++;
    }
}
