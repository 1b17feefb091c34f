using System.Buffers;
using System.Security.Cryptography;

namespace Leeway.Files;

/// <summary>
/// Takes contents into a draft while they arrive, with two blocks of memory. While one is being written it is also checked, and the next one
/// is filled, so that disk and processor work at the same time.
/// </summary>
/// <param name="draft">Where the bytes go.</param>
/// <param name="validator">Looks at them, or null.</param>
/// <param name="digest">Digests them, or null.</param>
public sealed class ContentIntake(IFileDraft draft, BatchFileValidator? validator, IncrementalHash? digest)
{
    private const int BlockBytes = 512 * 1024;

    /// <summary>Appends all of <paramref name="source"/>.</summary>
    /// <returns>False, when the draft would become longer than <paramref name="maxBytes"/>; the rest is not read then.</returns>
    public async Task<bool> TakeAsync(Stream source, long maxBytes, CancellationToken cancellationToken)
    {
        byte[] block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        byte[] other = ArrayPool<byte>.Shared.Rent(BlockBytes);
        Task write = Task.CompletedTask;
        try
        {
            while (true)
            {
                int filled = await source.ReadAtLeastAsync(block.AsMemory(0, BlockBytes), BlockBytes, throwOnEndOfStream: false, cancellationToken);
                await write;
                if (draft.Length + filled > maxBytes)
                {
                    return false;
                }

                write = draft.WriteAsync(block.AsMemory(0, filled), cancellationToken).AsTask();
                validator?.Feed(block.AsSpan(0, filled));
                digest?.AppendData(block.AsSpan(0, filled));
                if (filled < BlockBytes)
                {
                    await write;
                    return true;
                }

                (block, other) = (other, block);
            }
        }
        finally
        {
            // A block is its writer's until then.
            await write.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ArrayPool<byte>.Shared.Return(block);
            ArrayPool<byte>.Shared.Return(other);
        }
    }
}
