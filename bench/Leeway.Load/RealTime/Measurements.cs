namespace Leeway.Load.RealTime;

/// <summary>One variant's measurements, one of each per round.</summary>
internal sealed class Measurements(string name)
{
    public string Name => name;

    public List<double> Single { get; } = [];

    public List<double> SingleMedian { get; } = [];

    public List<double> SingleCpu { get; } = [];

    public List<double> Many { get; } = [];

    public List<double> ManyCpu { get; } = [];

    public List<double> Events { get; } = [];

    public List<double> EventCpu { get; } = [];

    public HashSet<string> Troubles { get; } = [];
}
