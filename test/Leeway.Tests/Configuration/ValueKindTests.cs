using System.Globalization;
using Leeway.Gateway.Configuration.Schema;

namespace Leeway.Tests.Configuration;

public sealed class ValueKindTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("15m", 900)]
    [InlineData("6h", 21_600)]
    [InlineData("2d", 172_800)]
    [InlineData("0s", 0)]
    [InlineData("1h30m", 5400)]
    [InlineData("1d2h3m4s", 93_784)]
    [InlineData("500ms", 0.5)]
    [InlineData("1s500ms", 1.5)]
    public void Durations_are_read(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Kinds.DurationOrZero.Parse(text, out _));

    [Theory]
    [InlineData("")]
    [InlineData("15")]
    [InlineData("m")]
    [InlineData("-1h")]
    [InlineData("1.5h")]
    [InlineData("6 hours")]
    [InlineData("P1D")]
    [InlineData("30m1h")]
    [InlineData("1h1h")]
    [InlineData("1H")]
    [InlineData("9999999d")]
    [InlineData("99999999999999999999s")]
    [InlineData("now")]
    public void What_is_no_duration_is_refused(string text) => Assert.Null(Kinds.DurationOrZero.Parse(text, out _));

    [Fact]
    public void Zero_and_now_are_allowed_only_where_they_mean_something()
    {
        Assert.Null(Kinds.Duration.Parse("0s", out string why));
        Assert.Equal("it must be more than zero", why);
        Assert.Equal(TimeSpan.Zero, Kinds.DurationOrNow.Parse("now", out _));
        Assert.Equal("now", Kinds.DurationOrNow.Format(TimeSpan.Zero));
    }

    [Theory]
    [InlineData("90MB", 90_000_000)]
    [InlineData("64MiB", 67_108_864)]
    [InlineData("32kb", 32_000)]
    [InlineData("1GB", 1_000_000_000)]
    [InlineData("12B", 12)]
    [InlineData("1_500", 1500)]
    [InlineData("10 MB", 10_000_000)]
    public void Sizes_are_read(string text, long bytes) => Assert.Equal(bytes, Kinds.Size.Parse(text, out _));

    [Theory]
    [InlineData("")]
    [InlineData("MB")]
    [InlineData("0")]
    [InlineData("-1MB")]
    [InlineData("1.5MB")]
    [InlineData("10XB")]
    [InlineData("1e3")]
    [InlineData("99999999999GB")]
    public void What_is_no_size_is_refused(string text) => Assert.Null(Kinds.Size.Parse(text, out _));

    [Theory]
    [InlineData("2_000_000", 2_000_000L)]
    [InlineData("7", 7L)]
    public void Whole_numbers_are_read(string text, long number) => Assert.Equal(number, Kinds.LargeCount.Parse(text, out _));

    [Theory]
    [InlineData("_1")]
    [InlineData("1_")]
    [InlineData("1__0")]
    [InlineData("1,000")]
    [InlineData("1.0")]
    [InlineData("0x10")]
    [InlineData("１")]
    [InlineData("99999999999999999999")]
    public void What_is_no_whole_number_is_refused(string text) => Assert.Null(Kinds.LargeCount.Parse(text, out _));

    [Theory]
    [InlineData("2.50", "2.50")]
    [InlineData("0", "0")]
    [InlineData("0.075", "0.075")]
    public void Money_keeps_its_digits(string text, string written) =>
        Assert.Equal(written, ((decimal)Kinds.Money.Parse(text, out _)!).ToString(CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("-1")]
    [InlineData("1e309")]
    [InlineData("Infinity")]
    [InlineData("$1")]
    [InlineData("1,5")]
    [InlineData("")]
    public void What_is_no_amount_is_refused(string text) => Assert.Null(Kinds.Money.Parse(text, out _));

    [Theory]
    [InlineData("127.0.0.1:8080", "127.0.0.1:8080")]
    [InlineData("localhost:0", "127.0.0.1:0")]
    [InlineData("[::1]:80", "[::1]:80")]
    public void Addresses_are_read(string text, string written) => Assert.Equal(written, Kinds.Listen.Format(Kinds.Listen.Parse(text, out _)!));

    [Theory]
    [InlineData("8080")]
    [InlineData(":8080")]
    [InlineData("127.1:8080")]
    [InlineData("0x7f000001:8080")]
    [InlineData("::1:8080")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:")]
    [InlineData("example.com:80")]
    [InlineData("http://127.0.0.1:80")]
    public void What_is_no_address_is_refused(string text) => Assert.Null(Kinds.Listen.Parse(text, out _));

    [Fact]
    public void Every_default_is_written_as_its_own_kind_reads_it()
    {
        foreach (SchemaLeaf leaf in SchemaLeaf.All())
        {
            if (leaf.Default is null || leaf.Kind.Format(leaf.Default).Length == 0)
            {
                continue;
            }

            Assert.Equal(leaf.Default, leaf.Kind.Parse(leaf.Kind.Format(leaf.Default), out _));
        }
    }

    [Theory]
    [InlineData("opnai", "openai")]
    [InlineData("OpenAI", "openai")]
    [InlineData("open_ai", "openai")]
    [InlineData("azure", null)]
    public void The_nearest_name_is_near(string name, string? expected) => Assert.Equal(expected, NearestName.Of(name, ["farm", "openai"]));
}
