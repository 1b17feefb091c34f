using System.Globalization;
using System.Text.Json;
using Leeway.Gateway.Tests.Support;
using Leeway.Sandbox;
using Leeway.Sandbox.Faults;
using Leeway.Sandbox.Ledger;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>A gateway over one vendor's sandbox, shared by the cases of one capability, which run one after the other.</summary>
public sealed class VendorGateway<TVendor> : IAsyncLifetime
    where TVendor : Vendor, new()
{
    private TestGateway? _gateway;
    private SandboxServer? _sandbox;

    internal Vendor Vendor { get; } = new TVendor();

    internal TestGateway Gateway => _gateway!;

    internal FaultSet Faults => _sandbox!.Faults;

    // Room in real time for all of a case at once: on a busy machine the guard would rightly begin early with what has seconds left, and pay twice.
    private const string Lanes = "turnaround: 1s, rescue: { concurrency: 512 }, poll:";

    public async ValueTask InitializeAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { Law = "instant", Kind = Vendor.Sandbox });
        await Vendor.PrepareAsync(_sandbox.BaseUri);
        _gateway = await TestGateway.StartAsync(
            $$"""
            providers:
              vendor: { kind: {{Vendor.Kind}}, {{Vendor.Settings(_sandbox.BaseUri)}}, timeouts: { idle: 2s }, retries: { max: 2, backoff: { initial: 1ms, max: 1s } } }
              stranger: { kind: {{Vendor.Kind}}, {{Vendor.WrongCredential(_sandbox.BaseUri) ?? Vendor.Settings(_sandbox.BaseUri)}}, retries: { max: 0 } }
            models:
              model: { deployments: [ { provider: vendor, model: "{{Vendor.Model}}"{{(Vendor.BatchModel is { } inBatches ? $", batch_model: \"{inBatches}\"" : "")}}{{(Vendor.ModelDeployment.Length == 0 ? "" : ", " + Vendor.ModelDeployment)}} } ] }
              locked: { deployments: [ { provider: stranger, model: "{{Vendor.Model}}"{{(Vendor.ModelDeployment.Length == 0 ? "" : ", " + Vendor.ModelDeployment)}} } ] }
              unknown: { deployments: [ { provider: vendor, model: "no-such-model" } ], price: { input: "1", output: "1" } }
            {{(Vendor.EmbeddingModel is { } embedding ? $"  embedding: {{ deployments: [ {{ provider: vendor, model: \"{embedding}\"{(Vendor.EmbeddingDeployment.Length == 0 ? "" : ", " + Vendor.EmbeddingDeployment)} }} ] }}" : "")}}

            """ + TestGateway.Eager.Replace("poll:", Lanes, StringComparison.Ordinal),
            runningSandbox: _sandbox);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await _sandbox!.DisposeAsync();
    }

    internal Task<SandboxLedgerSnapshot> BillAsync() => _sandbox!.ReadLedgerAsync();

    /// <summary>What our own ledger says: USD, entries, and entries paid beside another attempt's result.</summary>
    internal async Task<(decimal Cost, int Entries, int Duplicates)> CostAsync()
    {
        JsonElement data = JsonDocument.Parse(await Gateway.Admin.GetStringAsync("/admin/cost")).RootElement.GetProperty("data");
        return data.GetArrayLength() == 0 ? default : (
            decimal.Parse(data[0].GetProperty("cost_usd").GetString()!, CultureInfo.InvariantCulture),
            data[0].GetProperty("entries").GetInt32(),
            data[0].GetProperty("duplicates").GetInt32());
    }
}
