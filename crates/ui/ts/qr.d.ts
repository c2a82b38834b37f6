// The one function we use of qr; its own declarations lie where the packages are installed, which is not here.
declare module "qr/decode.js" {
  /** Text of the first code in the picture (RGBA); throws where there is none. */
  export default function decodeQR(image: { width: number; height: number; data: Uint8ClampedArray }): string;
}
