using System.Buffers;
using System.Text;
using Leeway.Adapters.OpenAI;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leeway.Tests.Adapters;

public sealed class BatchLineTests : IDisposable
{
    private static readonly RequestId s_id = new(new Guid("01890a5d-ac96-774b-bcce-b302099a8057"));

    private readonly OpenAIProvider _provider = new(TimeProvider.System, NullLogger<OpenAIProvider>.Instance);

    private readonly Deployment _deployment = new()
    {
        Id = "openai/gpt-4o",
        Provider = "openai",
        Kind = "openai",
        Model = "gpt-4o",
        BaseUrl = new Uri("https://api.openai.com/v1"),
    };

    [Theory]
    [InlineData("""{"model":"gpt-4o","a": 1.0}""", """{"model":"gpt-4o","a": 1.0}""")]
    [InlineData("""{"model":"x@6h","stream":true,"stream_options":{"include_usage":true},"a":1}""", """{"model":"gpt-4o","a":1}""")]
    [InlineData("""{"stream":true,"stream_options":{},"model":"x"}""", """{"model":"gpt-4o"}""")]
    [InlineData("""{"model":"x","service_tier":"flex","stream":true,"a":1}""", """{"model":"gpt-4o","a":1}""")]
    [InlineData("""{"model":"x","stream":true,"stream_options":{}}""", """{"model":"gpt-4o"}""")]
    [InlineData("""{"stream":true,"model":"x","stream_options":{}}""", """{"model":"gpt-4o"}""")]
    [InlineData("""{"stream_options":{},"model":"x","a":1,"stream":false}""", """{"model":"gpt-4o","a":1}""")]
    [InlineData("""{"model":"x","metadata":{"leeway_deadline":"6h"},"stream":true}""", """{"model":"gpt-4o"}""")]
    [InlineData("""{"stream":true,"metadata":{"leeway_deadline":"6h"},"stream_options":{},"model":"x"}""", """{"model":"gpt-4o"}""")]
    [InlineData("""{"model":"x","metadata":{"leeway_deadline":"6h","k":"v"},"stream":true}""", """{"model":"gpt-4o","metadata":{"k":"v"}}""")]
    [InlineData("{\r\n \"model\": \"x\",\r\n \"stream\": true,\n\t\"a\": \"line\\nfeed\"\n}\n", "{   \"model\": \"gpt-4o\",   \"a\": \"line\\nfeed\" } ")]
    public void A_line_holds_the_body_with_the_deployment_s_model_and_without_streaming(string body, string expected)
    {
        var output = new ArrayBufferWriter<byte>();

        int written = _provider.WriteLine(output, s_id, "/v1/chat/completions", Encoding.UTF8.GetBytes(body), _deployment);

        string line = Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.Equal($"{{\"custom_id\":\"req_01890a5dac96774bbcceb302099a8057\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{expected}}}\n", line);
        Assert.Equal(output.WrittenCount, written);
    }

    [Fact]
    public void Lines_follow_each_other_in_one_buffer()
    {
        var output = new ArrayBufferWriter<byte>();

        int first = _provider.WriteLine(output, s_id, "/v1/embeddings", """{"model":"m"}"""u8, _deployment);
        int second = _provider.WriteLine(output, s_id, "/v1/embeddings", """{"model":"m"}"""u8, _deployment);

        Assert.Equal(output.WrittenCount, first + second);
        Assert.Equal(2, Encoding.UTF8.GetString(output.WrittenSpan).Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Count() + 1);
    }

    [Fact]
    public void A_body_that_is_no_request_does_not_become_a_line()
    {
        var output = new ArrayBufferWriter<byte>();

        ProviderException e = Assert.Throws<ProviderException>(() => _provider.WriteLine(output, s_id, "/v1/embeddings", """{"model":"m"},"x":{"""u8, _deployment));

        Assert.Equal(ProviderErrorKind.InvalidRequest, e.Error.Kind);
        Assert.Equal(0, output.WrittenCount);
    }

    public void Dispose() => _provider.Dispose();
}
