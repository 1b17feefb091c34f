using System.Globalization;
using System.Text.Json;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>Vectors of texts.</summary>
public abstract class EmbeddingConformance<TVendor>(VendorGateway<TVendor> bench) : Conformance<TVendor>(bench)
    where TVendor : Vendor, new()
{
    [Fact]
    public async Task Every_text_gets_its_vector_in_order()
    {
        using HttpResponseMessage answer = await PostAsync("/v1/embeddings", """{"model":"embedding","input":["One","Two","Three"]}""");
        JsonElement list = await OkAsync(answer);

        JsonElement[] data = [.. list.GetProperty("data").EnumerateArray()];
        Assert.Equal([0, 1, 2], data.Select(item => item.GetProperty("index").GetInt32()));
        Assert.All(data, item => Assert.True(item.GetProperty("embedding").GetArrayLength() >= 8));
        Assert.True(decimal.Parse(answer.Headers.GetValues("Leeway-Cost").Single(), CultureInfo.InvariantCulture) > 0);
        using HttpResponseMessage alone = await PostAsync("/v1/embeddings", """{"model":"embedding","input":"Two"}""");
        Assert.Equal(data[1].GetProperty("embedding").GetRawText(), (await OkAsync(alone)).GetProperty("data")[0].GetProperty("embedding").GetRawText());
    }
}
