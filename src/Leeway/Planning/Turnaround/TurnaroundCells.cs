using Leeway.Planning.Turnaround.Sketches;

namespace Leeway.Planning.Turnaround;

/// <summary>The sketches of a provider or a deployment: one of all its batches, one per size, one per size and part of the week; and one per disturbed regime.</summary>
internal sealed class TurnaroundCells(string scope)
{
    private readonly Dictionary<Key, CensoredSketch> _cells = [];
    private readonly HashSet<Key> _unsaved = [];

    /// <summary>All cells that hold something.</summary>
    public IEnumerable<(Key Key, CensoredSketch Sketch)> All => _cells.OrderBy(pair => (pair.Key.Regime, pair.Key.Size, pair.Key.Hours)).Select(pair => (pair.Key, pair.Value));

    /// <summary>A cell, or null when nothing was seen in it.</summary>
    public CensoredSketch? Find(TurnaroundRegime regime, int size = TurnaroundSlots.Any, int hours = TurnaroundSlots.Any) => _cells.GetValueOrDefault(new Key(regime, size, hours));

    /// <summary>Adds a batch to a cell.</summary>
    public void Add(Key key, TimeSpan lasted, bool ended, DateTimeOffset now, TimeSpan halfLife)
    {
        if (!_cells.TryGetValue(key, out CensoredSketch? cell))
        {
            _cells.Add(key, cell = new CensoredSketch(now, halfLife));
        }

        cell.Add(lasted, ended, now, halfLife);
        _unsaved.Add(key);
    }

    /// <summary>Takes up a cell that was saved.</summary>
    public void Restore(TurnaroundCell saved, TimeSpan halfLife) =>
        _cells[new Key(saved.Regime, saved.Size, saved.Hours)] = CensoredSketch.FromBytes(saved.Data.Span, saved.CountedAt, halfLife);

    /// <summary>The cells that changed since the last time, for saving.</summary>
    public IEnumerable<TurnaroundCell> TakeUnsaved(DateTimeOffset now)
    {
        TurnaroundCell[] cells = [.. _unsaved.Select(key => new TurnaroundCell(scope, key.Regime, key.Size, key.Hours, now, _cells[key].ToBytes(now)))];
        _unsaved.Clear();
        return cells;
    }

    /// <summary>Forgets that anything was saved.</summary>
    public void MarkUnsaved() => _unsaved.UnionWith(_cells.Keys);

    /// <summary>Which batches a cell holds.</summary>
    public readonly record struct Key(TurnaroundRegime Regime, int Size = TurnaroundSlots.Any, int Hours = TurnaroundSlots.Any);
}
