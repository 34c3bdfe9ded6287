#version 440
// YUV to RGB by the matrix and range that the stream says (ITU-R BT.601, BT.709, BT.2020).
layout(location = 0) in vec2 at;
layout(location = 1) flat in vec4 how;
layout(location = 0) out vec4 colour;
layout(binding = 1) uniform sampler2DArray luma;
layout(binding = 2) uniform sampler2DArray blue;
layout(binding = 3) uniform sampler2DArray red;

void main()
{
    vec3 place = vec3(at, how.x);
    float kr = how.y > 1500.0 ? 0.2627 : (how.y > 650.0 ? 0.2126 : 0.299);
    float kb = how.y > 1500.0 ? 0.0593 : (how.y > 650.0 ? 0.0722 : 0.114);
    float kg = 1.0 - kr - kb;
    bool full = how.z > 0.5;
    float y = texture(luma, place).r;
    float u = texture(blue, place).r - 128.0 / 255.0;
    float v = texture(red, place).r - 128.0 / 255.0;
    y = full ? y : (y - 16.0 / 255.0) * (255.0 / 219.0);
    float chroma = full ? 1.0 : 255.0 / 224.0;
    float r = y + 2.0 * (1.0 - kr) * v * chroma;
    float b = y + 2.0 * (1.0 - kb) * u * chroma;
    float g = (y - kr * r - kb * b) / kg;
    colour = vec4(clamp(vec3(r, g, b), 0.0, 1.0) * how.w, 1.0);
}
