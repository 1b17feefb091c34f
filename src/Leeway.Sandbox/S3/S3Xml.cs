using System.Globalization;
using System.Xml;
using Leeway.Sandbox.Wire;
using Microsoft.AspNetCore.Http;

namespace Leeway.Sandbox.S3;

/// <summary>XML out of S3.</summary>
internal static class S3Xml
{
    private const string Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

    public static Task WriteXmlAsync(this HttpContext context, string root, Action<XmlWriter> write) => WriteAsync(context, 200, xml =>
    {
        xml.WriteStartElement(root, Namespace);
        write(xml);
        xml.WriteEndElement();
    });

    /// <summary>The error; a HEAD gets its status alone.</summary>
    public static Task WriteS3ErrorAsync(this HttpContext context, ApiError error)
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = error.Status;
            return Task.CompletedTask;
        }

        return WriteAsync(context, error.Status, xml =>
        {
            xml.WriteStartElement("Error");
            xml.WriteElementString("Code", error.Type);
            xml.WriteElementString("Message", error.Message);
            foreach (var (name, value) in error.Members)
            {
                xml.WriteElementString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
            }

            xml.WriteElementString("RequestId", context.Response.Headers["x-amz-request-id"]);
            xml.WriteEndElement();
        });
    }

    private static async Task WriteAsync(HttpContext context, int status, Action<XmlWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var xml = XmlWriter.Create(buffer, new XmlWriterSettings { Encoding = new System.Text.UTF8Encoding(false) }))
        {
            write(xml);
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml";
        context.Response.ContentLength = buffer.Length;
        await context.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), context.RequestAborted);
    }
}
