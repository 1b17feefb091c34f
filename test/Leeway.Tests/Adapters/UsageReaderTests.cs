using System.Text;
using Leeway.Adapters.Wire;

namespace Leeway.Tests.Adapters;

public sealed class UsageReaderTests
{
    [Theory]
    [InlineData("""{"choices":[],"usage":{"prompt_tokens":2006,"completion_tokens":300,"total_tokens":2306,"prompt_tokens_details":{"cached_tokens":1920,"cache_write_tokens":8,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":256,"audio_tokens":0}}}""", 2006, 1920, 8, 300, 256)]
    [InlineData("""{"object":"list","data":[{"embedding":[0.1]}],"model":"m","usage":{"prompt_tokens":8,"total_tokens":8}}""", 8, 0, 0, 0, 0)]
    [InlineData("""{"type":"response.completed","response":{"usage":{"input_tokens":36,"input_tokens_details":{"cached_tokens":6},"output_tokens":87,"output_tokens_details":{"reasoning_tokens":12},"total_tokens":123},"user":null,"metadata":{}},"sequence_number":9}""", 36, 6, 0, 87, 12)]
    [InlineData("{ \"usage\" : { \"prompt_tokens\" : 1 , \"completion_tokens\" : 2 } , \"x\" : [ \"}\", \"\\\"{\" ] }\n", 1, 0, 0, 2, 0)]
    [InlineData("""{"usage":{"prompt_tokens":1,"completion_tokens":2,"prompt_tokens_details":null,"completion_tokens_details":[]}}""", 1, 0, 0, 2, 0)]
    [InlineData("""{"usage":{"prompt_tokens":1,"completion_tokens":2},"name":"usage"}""", 1, 0, 0, 2, 0)]
    [InlineData("""{"usage":{"prompt_tokens":1,"completion_tokens":2},"note":"say \"usage\":{\"prompt_tokens\":9,\"completion_tokens\":9}"}""", 1, 0, 0, 2, 0)]
    [InlineData("""{"usage":{"prompt_tokens":1,"completion_tokens":2},"note":"\"usage"}""", 1, 0, 0, 2, 0)]
    [InlineData("""{"usage":{"prompt_tokens":1,"completion_tokens":2},"a\"usage":{"prompt_tokens":9}}""", 1, 0, 0, 2, 0)]
    [InlineData("""{"usage":{"prompt_tokens":1,"completion_tokens":2},"tools":[{"parameters":{"properties":{"usage":{"prompt_tokens":0,"completion_tokens":0}}}}]}""", 1, 0, 0, 2, 0)]
    [InlineData("""{"usage":{"prompt_tokens":1,"completion_tokens":2},"other":{"usage":null}}""", 1, 0, 0, 2, 0)]
    [InlineData("""{"usage":{"prompt_tokens":5,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":9,"cache_write_tokens":9},"completion_tokens_details":{"reasoning_tokens":9}}}""", 5, 5, 0, 2, 2)]
    public void Usage_is_found(string json, long input, long cached, long written, long output, long reasoning) =>
        Assert.Equal(new TokenUsage(input, cached, written, output, reasoning), UsageReader.Read(Encoding.UTF8.GetBytes(json))?.Tokens);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"usage":null}""")]
    [InlineData("""{"usage":7}""")]
    [InlineData("""{"usage":{}}""")]
    [InlineData("""{"usage":{"prompt_tokens":-1,"completion_tokens":2}}""")]
    [InlineData("""{"usage":{"prompt_tokens":1,"completion_tokens":2.5}}""")]
    [InlineData("""{"usage":{"prompt_tokens":1,"completion_tokens":99999999999999999999}}""")]
    [InlineData("""{"usage":{"prompt_tokens":1,"completion_tokens":9000000000}}""")]
    [InlineData("""{"usage":{"prompt_tokens":"1","completion_tokens":2}}""")]
    [InlineData("""{"usage":{"prompt_tokens":1,"comp""")]
    [InlineData("""{"note":"\"usage\":{\"prompt_tokens\":9}"}""")]
    [InlineData("\"usage\"")]
    [InlineData("\"usage\":")]
    [InlineData("\"usage\":{")]
    public void Nonsense_is_no_usage(string json) => Assert.Null(UsageReader.Read(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void A_tail_is_enough() =>
        Assert.Equal(new TokenUsage(1, 0, 0, 2, 0), UsageReader.Read("""ng text"}}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"""u8)?.Tokens);
}
