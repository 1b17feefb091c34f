using Leeway.Cli.Runs;

namespace Leeway.Gateway.Tests.Cli;

public sealed class CsvReaderTests
{
    [Fact]
    public void Quoted_fields_hold_commas_doubled_quotes_and_line_breaks()
    {
        CsvRecord[] records = Read("a,\"b, \"\"c\"\"\",\"d\r\ne\"\r\n1,2,3\n");

        Assert.Equal(["a", "b, \"c\"", "d\r\ne"], records[0].Fields);
        Assert.Equal(["1", "2", "3"], records[1].Fields);
        Assert.Equal([1, 3], records.Select(record => record.Line));
    }

    [Fact]
    public void Empty_lines_are_no_records_and_empty_fields_are_fields()
    {
        CsvRecord[] records = Read("a,b\n\n,\n\"\",x");

        Assert.Equal(3, records.Length);
        Assert.Equal(["", ""], records[1].Fields);
        Assert.Equal(["", "x"], records[2].Fields);
    }

    [Theory]
    [InlineData("a,b\n\"open,c\nd", "line 2")]
    [InlineData("a\n\"x\"y\n", "line 2")]
    public void A_broken_quote_names_its_line(string text, string line)
    {
        FormatException error = Assert.Throws<FormatException>(() => Read(text));
        Assert.Contains(line, error.Message, StringComparison.Ordinal);
    }

    private static CsvRecord[] Read(string text) => [.. new CsvReader(new StringReader(text)).Read()];
}
