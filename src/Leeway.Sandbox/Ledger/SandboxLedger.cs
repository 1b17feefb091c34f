using System.Globalization;
using System.Runtime.InteropServices;
using Leeway.Sandbox.Laws;
using Leeway.Sandbox.Models;

namespace Leeway.Sandbox.Ledger;

/// <summary>Counts and bills: aggregates, plus one small struct per custom_id and per prompt digest, so that a million rows stay within some 200 MB.</summary>
internal sealed class SandboxLedger(SandboxClock clock, Action<SandboxBill>? told)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _calls = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CustomIdBill> _customIds = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, PromptBill> _prompts = [];
    private LaneBill _realTime;
    private LaneBill _flex;
    private LaneBill _priority;
    private LaneBill _batch;
    private long _customIdsBilledTwice;
    private long _promptsBilledTwice;

    public void CountCall(string route)
    {
        lock (_lock)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_calls, route, out _)++;
        }
    }

    public void BillRealTime(ulong digest, ServiceTier tier, TokenUsage usage, decimal cost)
    {
        lock (_lock)
        {
            ref var bill = ref tier == ServiceTier.Flex ? ref _flex : ref tier == ServiceTier.Priority ? ref _priority : ref _realTime;
            bill = Add(bill, usage, cost);
            ref var prompt = ref CollectionsMarshal.GetValueRefOrAddDefault(_prompts, digest, out _);
            prompt = prompt with { RealTimeBilled = prompt.RealTimeBilled + 1 };
            CountIfTwice_NeedsLock(prompt);
        }

        told?.Invoke(new SandboxBill(clock.Now, DigestText(digest), null, cost));
    }

    public void SeeRows(IEnumerable<string> customIds)
    {
        lock (_lock)
        {
            foreach (var customId in customIds)
            {
                ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(_customIds, customId, out _);
                row = row with { Seen = row.Seen + 1 };
            }
        }
    }

    public void BillRow(string customId, ulong digest, TokenUsage usage, decimal cost)
    {
        lock (_lock)
        {
            _batch = Add(_batch, usage, cost);
            ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(_customIds, customId, out _);
            row = row with { Billed = row.Billed + 1, CostUsd = row.CostUsd + cost };
            _customIdsBilledTwice += row.Billed == 2 ? 1 : 0;
            ref var prompt = ref CollectionsMarshal.GetValueRefOrAddDefault(_prompts, digest, out _);
            prompt = prompt with { BatchBilled = prompt.BatchBilled + 1 };
            CountIfTwice_NeedsLock(prompt);
        }

        told?.Invoke(new SandboxBill(clock.Now, DigestText(digest), customId, cost));
    }

    public SandboxLedgerSnapshot Snapshot(IReadOnlyList<BatchBill> batches, bool withEntries)
    {
        lock (_lock)
        {
            return new SandboxLedgerSnapshot(
                new Dictionary<string, long>(_calls, StringComparer.Ordinal),
                _realTime, _batch, _customIds.Count, _customIdsBilledTwice, _prompts.Count, _promptsBilledTwice, batches,
                withEntries ? new Dictionary<string, CustomIdBill>(_customIds, StringComparer.Ordinal) : new Dictionary<string, CustomIdBill>(),
                withEntries ? _prompts.ToDictionary(entry => DigestText(entry.Key), entry => entry.Value, StringComparer.Ordinal) : new Dictionary<string, PromptBill>())
            {
                Flex = _flex,
                Priority = _priority,
            };
        }
    }

    public CustomIdBill? FindCustomId(string customId)
    {
        lock (_lock)
        {
            return _customIds.TryGetValue(customId, out var row) ? row : null;
        }
    }

    public PromptBill? FindPrompt(string digest)
    {
        lock (_lock)
        {
            return ulong.TryParse(digest, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var key)
                && _prompts.TryGetValue(key, out var prompt) ? prompt : null;
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _calls.Clear();
            _customIds.Clear();
            _prompts.Clear();
            _realTime = default;
            _flex = default;
            _priority = default;
            _batch = default;
            _customIdsBilledTwice = 0;
            _promptsBilledTwice = 0;
        }
    }

    public static string DigestText(ulong digest) => digest.ToString("x16", CultureInfo.InvariantCulture);

    private static LaneBill Add(LaneBill bill, TokenUsage usage, decimal cost) => new(
        bill.Billed + 1, bill.InputTokens + usage.Input, bill.CachedTokens + usage.Cached, bill.OutputTokens + usage.Output, bill.CostUsd + cost)
    {
        CacheWriteTokens = bill.CacheWriteTokens + usage.Written5m + usage.Written1h,
    };

    private void CountIfTwice_NeedsLock(PromptBill prompt) =>
        _promptsBilledTwice += prompt.RealTimeBilled + prompt.BatchBilled == 2 ? 1 : 0;
}
