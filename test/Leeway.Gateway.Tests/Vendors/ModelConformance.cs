namespace Leeway.Gateway.Tests.Vendors;

/// <summary>A name that the vendor does not know; where every name is somebody's server there is none.</summary>
public abstract class ModelConformance<TVendor>(VendorGateway<TVendor> bench) : Conformance<TVendor>(bench)
    where TVendor : Vendor, new()
{
    [Fact]
    public async Task A_model_that_the_vendor_does_not_know_is_a_clear_error()
    {
        using HttpResponseMessage answer = await PostAsync("/v1/chat/completions", Chat("Are you there?", model: "unknown"));

        Assert.Contains((int)answer.StatusCode, new[] { 400, 404 });
        await AssertErrorAsync(answer);
    }
}
