using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Leeway.Simulation.Events;

/// <summary>
/// Events in the order of their instants; those of one instant in the order in which they were scheduled, so that a run is the same every time.
/// A heap of four children per node in one array: an event costs no allocation. For one thread.
/// </summary>
/// <remarks>Four children instead of two halve the depth and put siblings side by side in memory (LaMarca and Ladner, 1996).</remarks>
public sealed class EventLoop
{
    private Node[] _heap = new Node[256];
    private int _count;
    private long _scheduled;

    /// <summary>Begins at an instant.</summary>
    public EventLoop(DateTimeOffset start) => Ticks = start.UtcTicks;

    /// <summary>The virtual now: UTC ticks of 100 ns.</summary>
    public long Ticks { get; private set; }

    /// <summary>Events still to come.</summary>
    public int Pending => _count;

    /// <summary>Events handled so far.</summary>
    public long Handled { get; private set; }

    /// <summary>Sets an event; an instant that has passed is now.</summary>
    /// <param name="ticks">When, in UTC ticks.</param>
    /// <param name="handler">Who handles it.</param>
    /// <param name="argument">What the handler is told.</param>
    public void Schedule(long ticks, IEventHandler handler, long argument = 0)
    {
        if (_count == _heap.Length)
        {
            Array.Resize(ref _heap, _heap.Length * 2);
        }

        var node = new Node(Math.Max(ticks, Ticks), _scheduled++, argument, handler);
        Node[] heap = _heap;
        int hole = _count++;
        while (hole > 0)
        {
            int parent = (hole - 1) >> 2;
            if (!IsBefore(in node, in heap[parent]))
            {
                break;
            }

            heap[hole] = heap[parent];
            hole = parent;
        }

        heap[hole] = node;
    }

    /// <summary>Moves the clock to the next event and handles it.</summary>
    /// <returns>False when there is none.</returns>
    public bool HandleNext()
    {
        if (_count == 0)
        {
            return false;
        }

        Node first = Take();
        Debug.Assert(first.Ticks >= Ticks, "Time never goes back.");
        Ticks = first.Ticks;
        Handled++;
        first.Handler.Handle(first.Argument);
        return true;
    }

    private Node Take()
    {
        Node[] heap = _heap;
        Node first = heap[0];
        int count = --_count;
        Node last = heap[count];
        heap[count] = default;
        int hole = 0;
        while (true)
        {
            int child = (hole << 2) + 1;
            if (child >= count)
            {
                break;
            }

            int end = Math.Min(child + 4, count);
            int least = child;
            while (++child < end)
            {
                if (IsBefore(in heap[child], in heap[least]))
                {
                    least = child;
                }
            }

            if (!IsBefore(in heap[least], in last))
            {
                break;
            }

            heap[hole] = heap[least];
            hole = least;
        }

        if (count > 0)
        {
            heap[hole] = last;
        }

        return first;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsBefore(in Node left, in Node right) =>
        left.Ticks < right.Ticks || (left.Ticks == right.Ticks && left.Sequence < right.Sequence);

    private readonly struct Node(long ticks, long sequence, long argument, IEventHandler handler)
    {
        public readonly long Ticks = ticks;
        public readonly long Sequence = sequence;
        public readonly long Argument = argument;
        public readonly IEventHandler Handler = handler;
    }
}
