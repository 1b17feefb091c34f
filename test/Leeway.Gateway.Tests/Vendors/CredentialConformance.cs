using System.Net;

namespace Leeway.Gateway.Tests.Vendors;

/// <summary>A credential that the vendor's stand-in refuses; those that take any are not put to it.</summary>
public abstract class CredentialConformance<TVendor>(VendorGateway<TVendor> bench) : Conformance<TVendor>(bench)
    where TVendor : Vendor, new()
{
    [Fact]
    public async Task A_wrong_credential_is_the_operator_s_matter_and_never_repeated_to_the_caller()
    {
        using HttpResponseMessage answer = await PostAsync("/v1/chat/completions", Chat("Who am I?", model: "locked"));

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("wrong-secret", text, StringComparison.Ordinal);
    }
}
