using System.Runtime.CompilerServices;

namespace Leeway.Delivery;

/// <summary>What people may do by hand.</summary>
public sealed partial class Deliverer
{
    private const int PageSize = 500;

    /// <summary>Raised when something became due by hand, so that the loop need not wait.</summary>
    public event Action? Awakened;

    /// <summary>
    /// Makes a delivery due at once with a full schedule of attempts, under the same id. Returns its new row, or null when there is none.
    /// </summary>
    public async Task<DeliveryRecord?> ReplayAsync(DeliveryId id, CancellationToken cancellationToken)
    {
        if (await store.FindDeliveryAsync(id, cancellationToken) is not { } delivery)
        {
            return null;
        }

        DeliveryRecord replayed = delivery with { State = DeliveryState.Pending, Attempts = 0, NextAttemptAt = clock.GetUtcNow(), LastError = null };
        await store.UpdateDeliveryAsync(replayed, cancellationToken);

        // Whoever replays knows that the target is well again.
        _pausedUntil.TryRemove(new DeliveryTarget(delivery.Channel, delivery.Target), out _);
        Awakened?.Invoke();
        return replayed;
    }

    /// <summary>Ends a target's pause and makes what waits for it due.</summary>
    public async Task ReleaseAsync(DeliveryTarget target, CancellationToken cancellationToken)
    {
        _pausedUntil.TryRemove(target, out _);
        await foreach (DeliveryRecord delivery in ListWaitingAsync(target, cancellationToken))
        {
            await store.UpdateDeliveryAsync(delivery with { NextAttemptAt = clock.GetUtcNow() }, cancellationToken);
        }

        Awakened?.Invoke();
    }

    /// <summary>Fails what waits for a target; it can be replayed.</summary>
    public async Task FailWaitingAsync(DeliveryTarget target, string reason, CancellationToken cancellationToken)
    {
        await foreach (DeliveryRecord delivery in ListWaitingAsync(target, cancellationToken))
        {
            await FailAsync([delivery], reason, cancellationToken);
        }
    }

    private async IAsyncEnumerable<DeliveryRecord> ListWaitingAsync(DeliveryTarget target, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (DeliveryState state in (DeliveryState[])[DeliveryState.Pending, DeliveryState.Retrying])
        {
            DeliveryId? after = null;
            IReadOnlyList<DeliveryRecord> page;
            do
            {
                page = await store.ListDeliveriesAsync(target.Target, state, after, PageSize, cancellationToken);
                foreach (DeliveryRecord delivery in page.Where(delivery => delivery.Channel == target.Channel))
                {
                    yield return delivery;
                }

                after = page.Count > 0 ? page[^1].Id : after;
            }
            while (page.Count == PageSize);
        }
    }
}
