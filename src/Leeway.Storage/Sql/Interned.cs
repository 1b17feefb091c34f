using System.Collections.Concurrent;

namespace Leeway.Storage.Sql;

/// <summary>
/// Values stored once and named by number in the rows that repeat them: labels, models, deployments, groups. Rows are never changed or
/// removed, so what a reader has seen stays true.
/// </summary>
internal abstract class Interned<T>
    where T : notnull
{
    // Only the writer uses this one: it may hold numbers of a transaction that is still open.
    private readonly Dictionary<T, long> _numbers = [];
    private readonly ConcurrentDictionary<long, T> _values = new();

    /// <summary>The number of <paramref name="value"/>, given now if it has none. For the writer only.</summary>
    public long Number(Session writer, T value)
    {
        if (!_numbers.TryGetValue(value, out long number))
        {
            number = Find(writer, value) ?? Insert(writer, value);
            _numbers.Add(value, number);
        }

        return number;
    }

    /// <summary>The value of a number found in a committed row.</summary>
    public T Value(Session session, long number)
    {
        if (!_values.TryGetValue(number, out T? value))
        {
            value = Load(session, number);
            _values.TryAdd(number, value);
        }

        return value;
    }

    /// <summary>The numbers given or seen so far. For the writer only.</summary>
    protected Dictionary<T, long> Numbers => _numbers;

    /// <summary>How often numbers were forgotten: one remembered elsewhere holds only as long as this stays.</summary>
    public int Forgotten { get; private set; }

    /// <summary>Forgets the numbers of a transaction that was rolled back.</summary>
    public void ForgetNumbers()
    {
        _numbers.Clear();
        Forgotten++;
    }

    /// <summary>Looks a value up.</summary>
    protected abstract long? Find(Session session, T value);

    /// <summary>Adds a value.</summary>
    protected abstract long Insert(Session session, T value);

    /// <summary>Reads a value.</summary>
    protected abstract T Load(Session session, long number);
}
