namespace Leeway.Tests.Delivery.Mail;

public sealed class MailboxTests
{
    [Theory]
    [InlineData("ops@example.com", null, "ops@example.com")]
    [InlineData("Leeway <leeway@example.com>", "Leeway", "leeway@example.com")]
    [InlineData("Größe im Büro <first.last+tag@sub.xn--exmple-cua.com>", "Größe im Büro", "first.last+tag@sub.xn--exmple-cua.com")]
    [InlineData("<a@b.co>", null, "a@b.co")]
    public void A_plain_address_is_read_with_or_without_a_name(string text, string? name, string address)
    {
        Assert.Null(Mailbox.TryParse(text, out Mailbox? mailbox));
        Assert.Equal(new Mailbox(name, address), mailbox);
    }

    [Theory]
    [InlineData("Leeway <leeway@example.com")]
    [InlineData("Leeway leeway@example.com>")]
    [InlineData("Leeway <leeway@example.com>>")]
    [InlineData("Leeway <leeway@example.com> trailing")]
    [InlineData("a, b <leeway@example.com>")]
    [InlineData("\"Leeway\" <leeway@example.com>")]
    [InlineData("Leeway\r\nBcc: x <leeway@example.com>")]
    [InlineData("a@b.co <leeway@example.com>")]
    [InlineData("group: a@b.co;")]
    [InlineData("leeway@example.com\n")]
    [InlineData("a b@example.com")]
    [InlineData("leeway@example.c om")]
    [InlineData("")]
    [InlineData("<>")]
    public void What_is_not_one_plain_address_is_refused_with_a_reason(string text)
    {
        Assert.NotEmpty(Mailbox.TryParse(text, out Mailbox? mailbox) ?? "");
        Assert.Null(mailbox);
    }

    [Fact]
    public void Addresses_have_the_lengths_that_mail_systems_take()
    {
        Assert.True(Mailbox.IsAddress($"{new string('a', 64)}@{new string('b', 63)}.{new string('c', 63)}.com", out _));
        Assert.False(Mailbox.IsAddress($"{new string('a', 65)}@example.com", out _));
        Assert.False(Mailbox.IsAddress($"a@{new string('b', 64)}.com", out _));
        Assert.False(Mailbox.IsAddress($"a@{string.Join('.', Enumerable.Repeat(new string('b', 62), 4))}.com", out string why));
        Assert.Contains("254", why, StringComparison.Ordinal);
    }
}
