using Leeway.Sandbox.Aws;
using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.S3;

/// <summary>The part of S3 that stores and reads objects. Method and query tell the operation.</summary>
internal static class S3Endpoint
{
    public static Task AnswerAsync(HttpContext context, Signature signature, AwsOptions options, S3Store store)
    {
        var call = S3Call.Of(context, signature, options, store);
        return call.Bucket.Length == 0 ? S3Buckets.ListAsync(call)
            : call.Key.Length == 0 ? OnBucketAsync(call)
            : !store.HasBucket(call.Bucket) ? call.FailAsync(S3Errors.NoSuchBucket(call.Bucket))
            : OnObjectAsync(call);
    }

    private static Task OnBucketAsync(S3Call call)
    {
        var method = call.Request.Method;
        if (HttpMethods.IsPut(method))
        {
            return S3Buckets.CreateAsync(call);
        }

        if (!call.Store.HasBucket(call.Bucket))
        {
            return call.FailAsync(S3Errors.NoSuchBucket(call.Bucket));
        }

        return method switch
        {
            "HEAD" => S3Buckets.HeadAsync(call),
            "DELETE" => S3Buckets.DeleteAsync(call),
            "GET" when call.Asks("location") => S3Buckets.LocateAsync(call),
            "GET" when call.Request.Query["list-type"] == "2" => S3Listing.AnswerAsync(call),
            "POST" when call.Asks("delete") => S3Deletes.AnswerAsync(call),
            _ => call.FailAsync(S3Errors.NotImplemented($"{method} of a bucket with the query '{call.Request.QueryString}'")),
        };
    }

    private static Task OnObjectAsync(S3Call call) => call.Request.Method switch
    {
        "PUT" when call.Request.Headers.ContainsKey("x-amz-copy-source") => call.FailAsync(S3Errors.NotImplemented("copies")),
        "PUT" when call.Asks("uploadId") => S3Uploads.PutPartAsync(call),
        "PUT" => S3Objects.PutAsync(call),
        "GET" when call.Asks("uploadId") => call.FailAsync(S3Errors.NotImplemented("list of parts")),
        "GET" or "HEAD" => S3Objects.GetAsync(call),
        "DELETE" when call.Asks("uploadId") => S3Uploads.AbortAsync(call),
        "DELETE" => S3Objects.DeleteAsync(call),
        "POST" when call.Asks("uploads") => S3Uploads.BeginAsync(call),
        "POST" when call.Asks("uploadId") => S3Uploads.CompleteAsync(call),
        _ => call.FailAsync(S3Errors.NotImplemented($"{call.Request.Method} of an object with the query '{call.Request.QueryString}'")),
    };
}
