using CsCheck;
using Leeway.Batching.Packing;

namespace Leeway.Tests.Batching.Packing;

public sealed class PrefixOrderTests
{
    // Few different blocks, so that beginnings are shared; a block means the same only behind the same ones, as hashes of prefixes do.
    private static readonly Gen<PrefixMember[]> s_members = Gen.Select(Gen.UInt[0, 2].Array[0, 5], Gen.Long[0, 9])
        .Select((blocks, deadline) => new PrefixMember(Chained(blocks), deadline)).Array[0, 40];

    [Fact]
    public void Everyone_has_one_place() => s_members.Sample(members =>
        Assert.Equal(Enumerable.Range(0, members.Length), PrefixOrder.Of(members).Order()));

    [Fact]
    public void Whoever_shares_a_beginning_stands_together() => s_members.Sample(members =>
    {
        int[] order = PrefixOrder.Of(members);
        for (int depth = 1; depth <= 5; depth++)
        {
            var closed = new HashSet<uint>();
            uint? open = null;
            foreach (int index in order)
            {
                uint? at = members[index].Blocks.Length >= depth ? members[index].Blocks.Span[depth - 1] : null;
                if (at != open && open is { } left)
                {
                    Assert.True(closed.Add(left));
                }

                Assert.True(at is not { } block || !closed.Contains(block));
                open = at;
            }
        }
    });

    [Fact]
    public void A_cache_of_the_longest_prompt_reuses_all_that_can_be_reused() => s_members.Where(members => members.Length > 0).Sample(members =>
    {
        ReadOnlyMemory<uint>[] lines = [.. PrefixOrder.Of(members).Select(index => members[index].Blocks)];
        int longest = Math.Max(1, lines.Max(line => line.Length));
        Assert.Equal(PrefixReuse.Reachable(lines, 1), PrefixReuse.WithCache(lines, 1, longest));
    });

    [Fact]
    public void What_any_order_can_reuse_is_the_same_and_is_all_blocks_less_the_different_ones() => s_members.Sample(members =>
    {
        ReadOnlyMemory<uint>[] lines = [.. members.Select(member => member.Blocks)];
        int all = lines.Sum(line => line.Length);
        int different = lines.SelectMany(line => line.ToArray()).Distinct().Count();
        Assert.Equal(512 * (all - different), PrefixReuse.Reachable(lines, 512));
        Assert.Equal(512 * (all - different), PrefixReuse.WithCache(lines.Reverse(), 512, 1000));
    });

    [Fact]
    public void Beginnings_go_by_their_earliest_deadline_and_what_follows_one_goes_likewise()
    {
        PrefixMember[] members =
        [
            new(new uint[] { 1, 10 }, 50),
            new(new uint[] { 2, 20 }, 10),
            new(new uint[] { 1, 11 }, 30),
            new(default, 20),
            new(new uint[] { 2, 21 }, 90),
            new(new uint[] { 1, 10, 100 }, 40),
        ];

        Assert.Equal([1, 4, 3, 2, 5, 0], PrefixOrder.Of(members));
    }

    [Fact]
    public void Without_beginnings_the_deadline_decides() => Assert.Equal(
        [2, 0, 1], PrefixOrder.Of([new(default, 5), new(default, 7), new(default, 1)]));

    [Fact]
    public void A_small_cache_forgets_what_was_used_longest_ago()
    {
        ReadOnlyMemory<uint>[] lines = [new uint[] { 1 }, new uint[] { 2 }, new uint[] { 1 }, new uint[] { 3 }, new uint[] { 1 }, new uint[] { 2 }];
        Assert.Equal(3, PrefixReuse.Reachable(lines, 1));
        Assert.Equal(2, PrefixReuse.WithCache(lines, 1, 2));
        Assert.Equal(0, PrefixReuse.WithCache(lines, 1, 1));
    }

    private static uint[] Chained(uint[] blocks)
    {
        uint prefix = 1;
        return [.. blocks.Select(block => prefix = (prefix * 4) + block)];
    }
}
