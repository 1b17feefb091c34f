using System.Collections.Concurrent;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Ledger;

namespace Leeway.Chaos.Processes;

/// <summary>The provider: a sandbox in this process, which keeps each bill and has its bad hours.</summary>
internal sealed class Vendor : IAsyncDisposable
{
    // Batches take some seconds, a few of them long enough to be given up.
    private const double MedianSeconds = 3;
    private const double Sigma = 0.9;
    private const double MaxSeconds = 90;

    private readonly SandboxServer _sandbox;

    private Vendor(SandboxServer sandbox, ConcurrentQueue<SandboxBill> bills) => (_sandbox, Bills) = (sandbox, bills);

    public int Port => _sandbox.BaseUri.Port;

    /// <summary>Every answer that was billed.</summary>
    public ConcurrentQueue<SandboxBill> Bills { get; }

    public static async Task<Vendor> StartAsync(int seed)
    {
        var bills = new ConcurrentQueue<SandboxBill>();
        var random = new Random(seed);
        var gate = new Lock();
        var options = new SandboxOptions
        {
            Port = Ports.Take(),
            Kind = SandboxKind.OpenAI,
            Seed = seed,
            RealTimeLatency = TimeSpan.FromMilliseconds(150),
            Billed = bills.Enqueue,
            TurnaroundOf = _ =>
            {
                lock (gate)
                {
                    double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                    return TimeSpan.FromSeconds(Math.Min(MedianSeconds * Math.Exp(Sigma * normal), MaxSeconds));
                }
            },
        };
        return new Vendor(await SandboxServer.StartAsync(options), bills);
    }

    /// <summary>Answers nothing but 503.</summary>
    public void GoDown()
    {
        _sandbox.Faults.Set(FaultKind.ServerError, new FaultSetting { Probability = 1, Status = 503, Route = "/v1" });
    }

    /// <summary>Loses rows and creates, doubles rows, fails calls: a little of everything.</summary>
    public void Falter()
    {
        _sandbox.Faults.Set(FaultKind.RowsDropped, new FaultSetting { Probability = 0.03 });
        _sandbox.Faults.Set(FaultKind.RowsDoubled, new FaultSetting { Probability = 0.05 });
        _sandbox.Faults.Set(FaultKind.RowsForeign, new FaultSetting { Probability = 0.02 });
        _sandbox.Faults.Set(FaultKind.RowsCorrupted, new FaultSetting { Probability = 0.02 });
        _sandbox.Faults.Set(FaultKind.CreateLost, new FaultSetting { Next = 1, Probability = 0.2 });
        _sandbox.Faults.Set(FaultKind.CreateLostBefore, new FaultSetting { Probability = 0.1 });
        _sandbox.Faults.Set(FaultKind.CreateLate, new FaultSetting { Probability = 0.1, Seconds = 3 });
        _sandbox.Faults.Set(FaultKind.UploadLost, new FaultSetting { Probability = 0.1 });
        _sandbox.Faults.Set(FaultKind.ServerError, new FaultSetting { Probability = 0.05 });
        _sandbox.Faults.Set(FaultKind.StreamCut, new FaultSetting { Probability = 0.05 });
    }

    public void Recover() => _sandbox.Faults.Clear();

    /// <summary>The ledger, batches whose time has come included.</summary>
    public Task<SandboxLedgerSnapshot> ReadLedgerAsync() => _sandbox.ReadLedgerAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();
}
