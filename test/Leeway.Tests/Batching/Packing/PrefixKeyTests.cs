using System.Text;

namespace Leeway.Tests.Batching.Packing;

public sealed class PrefixKeyTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(255, 0)]
    [InlineData(256, 1)]
    [InlineData(4095, 4)]
    [InlineData(4096, 5)]
    [InlineData(1_000_000, 16)]
    public void A_prompt_has_a_number_for_each_mark_it_reaches(int bytes, int numbers) =>
        Assert.Equal(numbers, Of(new string('x', bytes))?.Blocks.Length ?? 0);

    [Fact]
    public void Prompts_agree_up_to_the_last_mark_before_they_differ()
    {
        string shared = string.Concat(Enumerable.Range(0, 1000).Select(i => $"{i} "));
        uint[] left = Blocks(shared[..3000] + new string('a', 3000));
        uint[] right = Blocks(shared[..3000] + new string('b', 3000));
        Assert.Equal(2048, PrefixKey.MarkOf(3));
        Assert.Equal(left[..4], right[..4]);
        Assert.All(Enumerable.Range(4, left.Length - 4), i => Assert.NotEqual(left[i], right[i]));
    }

    [Fact]
    public void One_byte_anywhere_before_a_mark_changes_its_number()
    {
        byte[] prompt = Encoding.UTF8.GetBytes(new string('x', 256));
        uint number = PrefixKey.Of(default, default, prompt)!.Blocks.Span[0];
        for (int i = 0; i < prompt.Length; i++)
        {
            byte[] other = [.. prompt];
            other[i]++;
            Assert.NotEqual(number, PrefixKey.Of(default, default, other)!.Blocks.Span[0]);
        }
    }

    [Fact]
    public void Tools_and_instructions_come_before_the_messages()
    {
        byte[] text = Encoding.UTF8.GetBytes(new string('x', 300));
        byte[] other = Encoding.UTF8.GetBytes(new string('y', 300));
        PrefixKey plain = PrefixKey.Of(text, text, text)!;
        Assert.Equal(plain.Blocks.ToArray(), PrefixKey.Of(text, text, text)!.Blocks.ToArray());
        Assert.Equal(plain.Blocks.Span[0], PrefixKey.Of(text, other, other)!.Blocks.Span[0]);
        Assert.NotEqual(plain.Blocks.Span[1], PrefixKey.Of(text, other, text)!.Blocks.Span[1]);
        Assert.NotEqual(plain.Blocks.Span[0], PrefixKey.Of(other, text, text)!.Blocks.Span[0]);
    }

    private static PrefixKey? Of(string prompt) => PrefixKey.Of(default, default, Encoding.UTF8.GetBytes(prompt));

    private static uint[] Blocks(string prompt) => Of(prompt)!.Blocks.ToArray();
}
