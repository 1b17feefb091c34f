using System.Buffers;
using System.Security.Cryptography;

namespace Leeway.Files;

/// <summary>
/// Takes contents into a draft while they arrive, with a buffer of one block. While a block is being written it is also checked, so that disk
/// and processor work at the same time.
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
        try
        {
            while (true)
            {
                int filled = await source.ReadAtLeastAsync(block.AsMemory(0, BlockBytes), BlockBytes, throwOnEndOfStream: false, cancellationToken);
                if (draft.Length + filled > maxBytes)
                {
                    return false;
                }

                Task write = draft.WriteAsync(block.AsMemory(0, filled), cancellationToken).AsTask();
                try
                {
                    validator?.Feed(block.AsSpan(0, filled));
                    digest?.AppendData(block.AsSpan(0, filled));
                }
                finally
                {
                    // The block is the writer's until then.
                    await write;
                }

                if (filled < BlockBytes)
                {
                    return true;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }
}
